package dev.runnel.client;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes JSON Schemas from records, in the subset that models follow strictly: every member is required, no other is allowed.
 *
 * <p>Types: records, strings, booleans, numbers, enums, {@link UUID}; lists, sets and arrays of these; maps from strings to these, which a
 * server's strict mode may refuse. A member has its component's name in snake_case. A component with an annotation named {@code
 * @Nullable}, from any library, may be null. {@link Description} describes a record or a component to the model.
 */
public final class JsonSchemas {
    private static final List<Class<?>> WHOLE = List.of(
            int.class, Integer.class, long.class, Long.class, short.class, Short.class, byte.class, Byte.class,
            BigInteger.class);
    private static final List<Class<?>> BROKEN = List.of(double.class, Double.class, float.class, Float.class,
            BigDecimal.class, Number.class);

    private JsonSchemas() {}

    /**
     * The schema of a record.
     *
     * @throws IllegalArgumentException if it is no record, contains itself, or has a component of a type not listed above
     */
    public static JsonValue of(Class<?> type) {
        if (!type.isRecord()) {
            throw new IllegalArgumentException(type.getName() + " is not a record");
        }
        return JsonValue.of(ofRecord(type, List.of()));
    }

    private static Map<String, @Nullable Object> ofRecord(Class<?> type, List<Class<?>> within) {
        if (within.contains(type)) {
            throw new IllegalArgumentException(
                    type.getName() + " contains itself: a strict schema cannot describe it");
        }
        List<Class<?>> inside = new ArrayList<>(within);
        inside.add(type);
        Map<String, String> names = new HashMap<>();
        Json.properties(type).forEach(member -> names.put(member.getInternalName(), member.getName()));
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Map<String, @Nullable Object> schema = of(component.getGenericType(), inside, type);
            if (isNullable(component)) {
                makeNullable(schema);
            }
            describe(schema, component);
            properties.put(names.getOrDefault(component.getName(), component.getName()), schema);
        }
        Map<String, @Nullable Object> schema = typed("object");
        describe(schema, type);
        schema.put("properties", properties);
        schema.put("required", List.copyOf(properties.keySet()));
        schema.put("additionalProperties", false);
        return schema;
    }

    private static Map<String, @Nullable Object> of(Type type, List<Class<?>> within, Class<?> owner) {
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            Type[] arguments = generic.getActualTypeArguments();
            if (Collection.class.isAssignableFrom(raw)) {
                return array(of(arguments[0], within, owner));
            }
            if (Map.class.isAssignableFrom(raw) && arguments[0] == String.class) {
                Map<String, @Nullable Object> schema = typed("object");
                schema.put("additionalProperties", of(arguments[1], within, owner));
                return schema;
            }
        }
        if (type instanceof Class<?> plain) {
            return of(plain, within, owner);
        }
        throw new IllegalArgumentException("no JSON Schema for " + type.getTypeName() + " in " + owner.getName());
    }

    private static Map<String, @Nullable Object> of(Class<?> type, List<Class<?>> within, Class<?> owner) {
        if (type.isRecord()) {
            return ofRecord(type, within);
        } else if (type.isArray()) {
            return array(of(type.getComponentType(), within, owner));
        } else if (type.isEnum()) {
            Map<String, @Nullable Object> schema = typed("string");
            schema.put("enum", Stream.of(type.getEnumConstants()).map(JsonSchemas::wire).toList());
            return schema;
        } else if (type == UUID.class) {
            Map<String, @Nullable Object> schema = typed("string");
            schema.put("format", "uuid");
            return schema;
        } else if (type == String.class) {
            return typed("string");
        } else if (type == boolean.class || type == Boolean.class) {
            return typed("boolean");
        } else if (WHOLE.contains(type)) {
            return typed("integer");
        } else if (BROKEN.contains(type)) {
            return typed("number");
        }
        throw new IllegalArgumentException("no JSON Schema for " + type.getTypeName() + " in " + owner.getName());
    }

    /** The names as they are read back: an enum may have its own names for JSON. */
    private static String wire(Object constant) {
        return JsonValue.of(constant).text();
    }

    private static Map<String, @Nullable Object> typed(String type) {
        Map<String, @Nullable Object> schema = new LinkedHashMap<>();
        schema.put("type", type);
        return schema;
    }

    private static Map<String, @Nullable Object> array(Map<String, @Nullable Object> items) {
        Map<String, @Nullable Object> schema = typed("array");
        schema.put("items", items);
        return schema;
    }

    private static void makeNullable(Map<String, @Nullable Object> schema) {
        schema.put("type", List.of(String.valueOf(schema.get("type")), "null"));
        if (schema.get("enum") instanceof List<?> values) {
            List<@Nullable Object> withNull = new ArrayList<>(values);
            withNull.add(null);
            schema.put("enum", withNull);
        }
    }

    private static void describe(Map<String, @Nullable Object> schema, AnnotatedElement element) {
        Description description = element.getAnnotation(Description.class);
        if (description != null) {
            schema.put("description", description.value());
        }
    }

    private static boolean isNullable(RecordComponent component) {
        return Stream.of(component.getAnnotations(), component.getAnnotatedType().getAnnotations())
                .flatMap(Arrays::stream)
                .map(Annotation::annotationType)
                .anyMatch(annotation -> annotation.getSimpleName().equals("Nullable"));
    }
}
