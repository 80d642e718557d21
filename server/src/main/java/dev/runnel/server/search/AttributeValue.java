package dev.runnel.server.search;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The value of a file's attribute: a string, a number or a boolean. */
public sealed interface AttributeValue {
    /** A string. */
    record Text(String value) implements AttributeValue {}

    /** A number. As in JSON, 1 and 1.0 are equal. */
    record Num(double value) implements AttributeValue {}

    /** A boolean. */
    record Flag(boolean value) implements AttributeValue {}

    /**
     * The value for a {@link String}, {@link Number} or {@link Boolean}.
     *
     * @throws IllegalArgumentException if the argument is none of these
     */
    static AttributeValue of(@Nullable Object value) {
        return switch (value) {
            case String text -> new Text(text);
            case Number number -> new Num(number.doubleValue());
            case Boolean flag -> new Flag(flag);
            case null, default -> throw new IllegalArgumentException("an attribute is a string, a number or a boolean");
        };
    }

    /** Whether values of this type have an order. */
    default boolean isOrdered() {
        return !(this instanceof Flag);
    }

    /** Less than zero if this value is less than the other, zero if they are equal; empty if they are of different types. */
    default OptionalInt compare(AttributeValue other) {
        if (this instanceof Text(String one) && other instanceof Text(String two)) {
            return OptionalInt.of(one.compareTo(two));
        }
        if (this instanceof Num(double one) && other instanceof Num(double two)) {
            return OptionalInt.of(one == two ? 0 : Double.compare(one, two));
        }
        if (this instanceof Flag(boolean one) && other instanceof Flag(boolean two)) {
            return OptionalInt.of(Boolean.compare(one, two));
        }
        return OptionalInt.empty();
    }
}
