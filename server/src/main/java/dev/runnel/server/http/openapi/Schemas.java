package dev.runnel.server.http.openapi;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

import static java.util.Map.entry;

/**
 * Derives JSON Schemas from Java types, as {@link Json} writes the types. A record becomes an object of its properties,
 * a sealed interface the union of its records, an enum its names on the wire. A {@link Nullable} property may be null.
 * A property that is left out when null is not required. Types and enum values that stand for values unknown to this
 * version are read and never written, so the schemas leave them out: an enum's default value, and a record that is its
 * own JSON. A record that leaves out all its nulls may have no other properties. The schemas of requests are not
 * derived: they come from the code that reads the requests. For one thread.
 */
final class Schemas {
    private static final Map<Class<?>, String> SIMPLE = Map.ofEntries(
            entry(String.class, "string"),
            entry(boolean.class, "boolean"), entry(Boolean.class, "boolean"),
            entry(int.class, "integer"), entry(Integer.class, "integer"),
            entry(long.class, "integer"), entry(Long.class, "integer"),
            entry(double.class, "number"), entry(Double.class, "number"),
            entry(ObjectNode.class, "object"),
            entry(dev.runnel.protocol.JsonValue.class, "object"));

    /** Properties that answers show as the request gave them, with the name of the request's schema. */
    private static final Map<String, String> AS_REQUESTED = Map.of(
            "responseFormat", "ResponseFormat", "toolChoice", "ToolChoice");

    /** Properties of responses that are a text or an object, a text or a list. */
    private static final Map<Class<?>, String> OF_ANY_KIND = Map.of(
            ResponseObject.class, "choice", ResponseItem.FunctionCallOutput.class, "output");

    private final ObjectNode components = Json.object();

    /** The schemas of all named types used so far. */
    ObjectNode components() {
        return components;
    }

    /** Sets the schema of a type that cannot be derived from the type. */
    void give(Class<?> type, ObjectNode schema) {
        components.set(name(type), schema);
    }

    /** Adds schemas by their names. A schema that contains a whole other one gets a reference in its place. */
    void give(Map<String, ObjectNode> named) {
        named.forEach((name, schema) -> components.set(name, schema.deepCopy()));
        named.keySet().forEach(name -> components.forEach(
                schema -> share(schema, components.path(name), reference(name))));
    }

    private static void share(JsonNode in, JsonNode schema, ObjectNode reference) {
        if (in instanceof ObjectNode object) {
            object.properties().forEach(property -> property.setValue(shared(property.getValue(), schema, reference)));
        } else if (in instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, shared(array.get(i), schema, reference));
            }
        }
    }

    private static JsonNode shared(JsonNode value, JsonNode schema, ObjectNode reference) {
        if (value.equals(schema)) {
            return reference.deepCopy();
        }
        share(value, schema, reference);
        return value;
    }

    /** The schema of a type. For a record, a union or an enum, this is a reference to the schema. */
    ObjectNode schema(Type type) {
        return switch (type) {
            case ParameterizedType generic when generic.getRawType() == List.class -> {
                ObjectNode array = Json.object().put("type", "array");
                array.set("items", schema(lastArgument(generic)));
                yield array;
            }
            case ParameterizedType generic when generic.getRawType() == Map.class -> {
                ObjectNode map = Json.object().put("type", "object");
                map.set("additionalProperties", schema(lastArgument(generic)));
                yield map;
            }
            case ParameterizedType generic -> {
                Class<?> raw = (Class<?>) generic.getRawType();
                Class<?> argument = (Class<?>) lastArgument(generic);
                yield reference(name(argument) + name(raw), schema -> object(schema, raw, argument));
            }
            case Class<?> plain when SIMPLE.containsKey(plain) -> Json.object().put("type", SIMPLE.get(plain));
            case Class<?> bytes when bytes == byte[].class ->
                    Json.object().put("type", "string").put("format", "binary");
            case Class<?> named -> reference(name(named), schema -> describe(schema, named));
            default -> throw new IllegalArgumentException("no schema for " + type);
        };
    }

    /** Whether a value of this type must have some property. */
    boolean hasRequired(Type type) {
        return !(type instanceof Class<?> named) || components.at("/" + name(named)).has("required");
    }

    private static Type lastArgument(ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        return arguments[arguments.length - 1];
    }

    private ObjectNode reference(String name, Consumer<ObjectNode> description) {
        if (!components.has(name)) {
            description.accept(components.putObject(name));
        }
        return reference(name);
    }

    private static ObjectNode reference(String name) {
        return Json.object().put("$ref", "#/components/schemas/" + name);
    }

    /** The type's name, after the names of the records and interfaces that it is nested in. */
    private static String name(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        boolean within = outer != null && (outer.isRecord() || outer.isInterface());
        return (within ? name(outer) : "") + type.getSimpleName();
    }

    private void describe(ObjectNode schema, Class<?> type) {
        if (type.isEnum()) {
            wireNames(type).forEach(schema.put("type", "string").putArray("enum")::add);
        } else if (type.isSealed()) {
            union(schema, type);
        } else if (type.isRecord()) {
            object(schema, type, type);
        } else {
            throw new IllegalArgumentException("no schema for " + type);
        }
    }

    /** The names of an enum's values on the wire, without the value that stands for unknown ones. */
    static List<String> wireNames(Class<?> type) {
        Set<String> unknown = Arrays.stream(type.getFields())
                .filter(field -> field.isAnnotationPresent(JsonEnumDefaultValue.class))
                .map(Field::getName)
                .collect(Collectors.toSet());
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> !unknown.contains(((Enum<?>) value).name()))
                .map(value -> Json.tree(value).textValue())
                .toList();
    }

    private void union(ObjectNode schema, Class<?> type) {
        ArrayNode oneOf = schema.putArray("oneOf");
        ObjectNode mapping = Json.object();
        for (Class<?> option : type.getPermittedSubclasses()) {
            if (!isItsOwnJson(option)) {
                String reference = schema(option).path("$ref").textValue();
                oneOf.addObject().put("$ref", reference);
                mapping.put(components.at("/" + name(option) + "/properties/type/const").textValue(), reference);
            }
        }
        schema.putObject("discriminator").put("propertyName", "type").set("mapping", mapping);
    }

    private static boolean isItsOwnJson(Class<?> type) {
        return Arrays.stream(type.getMethods()).anyMatch(method -> method.isAnnotationPresent(JsonValue.class));
    }

    private void object(ObjectNode schema, Class<?> type, Class<?> argument) {
        ObjectNode properties = schema.put("type", "object").putObject("properties");
        ArrayNode required = schema.putArray("required");
        for (BeanPropertyDefinition property : Json.properties(type)) {
            Method accessor = accessor(type, property);
            boolean nullable = accessor.getAnnotatedReturnType().isAnnotationPresent(Nullable.class);
            ObjectNode value = property(type, accessor, argument);
            properties.set(property.getName(), nullable ? orNull(value) : value);
            if (!nullable || !leftOutIfNull(type, accessor)) {
                required.add(property.getName());
            }
        }
        if (required.isEmpty()) {
            schema.remove("required");
        }
        if (type.isAnnotationPresent(JsonInclude.class)) {
            schema.put("additionalProperties", false);
        }
    }

    private static Method accessor(Class<?> type, BeanPropertyDefinition property) {
        try {
            return type.getMethod(property.getInternalName());
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(type + " has no accessor of " + property.getInternalName(), e);
        }
    }

    private ObjectNode property(Class<?> type, Method accessor, Class<?> argument) {
        Object constant = isComponent(type, accessor) ? null : constant(type, accessor);
        if (constant != null) {
            return Json.object().put("type", "string").put("const", constant.toString());
        }
        Type declared = accessor.getGenericReturnType();
        if (declared instanceof ParameterizedType list && lastArgument(list) instanceof TypeVariable<?>) {
            ObjectNode array = Json.object().put("type", "array");
            array.set("items", schema(argument));
            return array;
        }
        if (accessor.getName().equals(OF_ANY_KIND.get(type))) {
            return Json.object();
        }
        String asRequested = AS_REQUESTED.get(accessor.getName());
        return asRequested == null ? schema(declared) : reference(asRequested);
    }

    private static boolean isComponent(Class<?> type, Method accessor) {
        return Arrays.stream(type.getRecordComponents())
                .anyMatch(component -> component.getAccessor().equals(accessor));
    }

    /**
     * The value of a property that is not a component, if it is a constant. It is a constant if a record of nulls and
     * zeros can compute it.
     */
    private static @Nullable Object constant(Class<?> type, Method accessor) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            accessor.setAccessible(true);
            return accessor.invoke(constructor.newInstance(Arrays.stream(types).map(Schemas::zero).toArray()));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static @Nullable Object zero(Class<?> type) {
        return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
    }

    private static boolean leftOutIfNull(Class<?> type, Method accessor) {
        JsonInclude own = accessor.getAnnotation(JsonInclude.class);
        JsonInclude include = own == null ? type.getAnnotation(JsonInclude.class) : own;
        return include != null && include.value() != JsonInclude.Include.ALWAYS;
    }

    private static ObjectNode orNull(ObjectNode schema) {
        if (schema.path("type").isTextual()) {
            String type = schema.path("type").textValue();
            schema.putArray("type").add(type).add("null");
            return schema;
        } else if (schema.isEmpty()) {
            return schema;
        }
        ObjectNode either = Json.object();
        either.putArray("anyOf").add(schema).addObject().put("type", "null");
        return either;
    }
}
