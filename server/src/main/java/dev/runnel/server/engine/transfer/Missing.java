package dev.runnel.server.engine.transfer;

import dev.runnel.protocol.JsonValue;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds a required member that an object of the protocol lacks. Jackson gives a record null for an absent member,
 * whatever the member's type says, so imported objects are checked here first. Without state.
 */
final class Missing {
    private static final ClassValue<List<Member>> MEMBERS = new ClassValue<>() {
        @Override
        protected List<Member> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .map(component -> new Member(
                            component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT),
                            component.getAccessor(),
                            component.getAnnotatedType().isAnnotationPresent(Nullable.class)))
                    .toList();
        }
    };

    private Missing() {}

    private record Member(String name, Method accessor, boolean optional) {
        @Nullable
        Object of(Record object) {
            try {
                return accessor.invoke(object);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("cannot read " + accessor, e);
            }
        }
    }

    /**
     * The name of the first member that is null though the protocol requires it, or has an unknown value. Members of
     * inner objects count too. Empty if there is none.
     */
    static Optional<String> in(Record object) {
        return MEMBERS.get(object.getClass()).stream()
                .map(member -> member.optional() && member.of(object) == null
                        ? Optional.<String>empty()
                        : in(member.name(), member.of(object)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> in(String name, @Nullable Object value) {
        return switch (value) {
            case null -> Optional.of(name);
            case JsonValue json -> Optional.empty();
            case Enum<?> choice when choice.name().equals("UNKNOWN") -> Optional.of(name);
            case Record object -> in(object).map(inner -> name + "." + inner);
            case Collection<?> elements -> inElements(name, elements);
            case Map<?, ?> map -> inElements(name, map.values());
            default -> Optional.empty();
        };
    }

    private static Optional<String> inElements(String name, Collection<?> elements) {
        return elements.stream().map(element -> in(name + "[]", element)).flatMap(Optional::stream).findFirst();
    }
}
