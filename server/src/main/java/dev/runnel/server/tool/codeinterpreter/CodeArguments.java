package dev.runnel.server.tool.codeinterpreter;

/**
 * Reads a call's code out of its arguments as they arrive: the string {@code code} of a JSON object. Arguments that are no
 * object are the code themselves, as some models write them. For one thread.
 */
final class CodeArguments {
    private static final String NAME = "code";

    private enum At {
        START, RAW, OBJECT, KEY, COLON, VALUE, CODE, TEXT, OTHER, END
    }

    private At at = At.START;
    private final StringBuilder key = new StringBuilder();
    private final StringBuilder code = new StringBuilder();

    /** The part of an escape that has been read, from the backslash on; empty outside of one. */
    private final StringBuilder escape = new StringBuilder();

    /** How many arrays and objects are open within a value that is not the code. */
    private int depth;

    /** The code in whole arguments; empty if there is none. */
    static String of(String arguments) {
        return new CodeArguments().add(arguments);
    }

    /** Takes the next piece of the arguments, and returns the next piece of the code. */
    String add(String piece) {
        code.setLength(0);
        for (int i = 0; i < piece.length(); i++) {
            take(piece.charAt(i));
        }
        return code.toString();
    }

    private void take(char c) {
        switch (at) {
            case START -> {
                if (c == '{') {
                    at = At.OBJECT;
                } else if (!Character.isWhitespace(c)) {
                    at = At.RAW;
                    code.append(c);
                }
            }
            case RAW -> code.append(c);
            case OBJECT -> {
                if (c == '"') {
                    key.setLength(0);
                    at = At.KEY;
                } else if (c == '}') {
                    at = At.END;
                }
            }
            case KEY -> text(c, key, At.COLON);
            case COLON -> at = c == ':' ? At.VALUE : at;
            case VALUE -> value(c);
            case CODE -> text(c, code, At.END);
            case TEXT -> text(c, new StringBuilder(), depth == 0 ? At.OBJECT : At.OTHER);
            case OTHER -> other(c);
            case END -> {
            }
        }
    }

    private void value(char c) {
        if (Character.isWhitespace(c)) {
            return;
        }
        depth = 0;
        if (c == '"') {
            at = key.toString().equals(NAME) ? At.CODE : At.TEXT;
        } else {
            at = At.OTHER;
            other(c);
        }
    }

    private void other(char c) {
        switch (c) {
            case '"' -> at = At.TEXT;
            case '{', '[' -> depth++;
            case '}', ']' -> {
                if (--depth <= 0) {
                    at = depth < 0 ? At.END : At.OBJECT;
                }
            }
            case ',' -> at = depth == 0 ? At.OBJECT : at;
            default -> {
            }
        }
    }

    /** Takes a character within a string. */
    private void text(char c, StringBuilder target, At then) {
        if (!escape.isEmpty()) {
            escape.append(c);
            if (escape.charAt(1) != 'u' || escape.length() == 6) {
                target.append(unescaped());
                escape.setLength(0);
            }
        } else if (c == '\\') {
            escape.append(c);
        } else if (c == '"') {
            at = then;
        } else {
            target.append(c);
        }
    }

    private String unescaped() {
        return switch (escape.charAt(1)) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case 'b' -> "\b";
            case 'f' -> "\f";
            case 'u' -> unicode();
            default -> escape.substring(1);
        };
    }

    private String unicode() {
        try {
            return String.valueOf((char) Integer.parseInt(escape.substring(2), 16));
        } catch (NumberFormatException e) {
            return escape.toString();
        }
    }
}
