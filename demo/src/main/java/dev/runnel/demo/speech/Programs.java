package dev.runnel.demo.speech;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Writes small Python programs for prompts that ask to compute or to plot, and says what they came to. Stateless, safe for any
 * number of threads.
 */
public final class Programs {
    private static final Pattern PLOT = Pattern.compile(
            "\\b(plot|chart|graph|diagram|draw the function|zeichne|diagramm)", Pattern.CASE_INSENSITIVE);
    private static final Pattern TABLE = Pattern.compile("\\b(csv|spreadsheet|tabelle)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern COMPUTE = Pattern.compile(
            "\\b(comput|calculat|python|berechn|factorial|primes?\\b|fibonacci|run (some|the|this) code)",
            Pattern.CASE_INSENSITIVE);

    /** Two numbers with an operator between them, and more of both: spaces, digits and operators alone. */
    private static final Pattern SUM = Pattern.compile(
            "\\(*\\d{1,15}(?:\\.\\d{1,15})?\\)*(?:(?:\\s*(?:\\*\\*|[+*^×÷])\\s*|\\s[-/%]\\s)\\(*\\d{1,15}(?:\\.\\d{1,15})?\\)*){1,20}");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");
    private static final Pattern FUNCTION = Pattern.compile("\\b(sin|cos|tan|exp|sqrt|log)\\b");
    private static final Pattern POWER = Pattern.compile("x\\s?(?:\\^|\\*\\*)\\s?(\\d)|\\bx([²³])");

    /** A link to a file in what the tool says. */
    private static final Pattern LINK = Pattern.compile("\\[[^\\[\\]\\n]{1,300}]\\(sandbox:[^)\\n]{1,600}\\)");
    private static final Pattern NOTE = Pattern.compile("(?m)^\\[.*]$\\n?");
    private static final int LONGEST = 600;

    private Programs() {}

    /** The name of the function by which a server runs code. */
    public static boolean isInterpreter(String function) {
        return function.matches("python_*");
    }

    /** Whether a prompt asks for something that a program finds out. */
    public static boolean wanted(String prompt) {
        var read = Intent.readable(prompt);
        return PLOT.matcher(read).find() || TABLE.matcher(read).find() || COMPUTE.matcher(read).find()
                || SUM.matcher(read).find();
    }

    /** A program for a prompt. */
    public static String of(String wholePrompt) {
        var prompt = Intent.readable(wholePrompt);
        if (PLOT.matcher(prompt).find()) {
            return plot(prompt.toLowerCase(Locale.ROOT));
        }
        if (TABLE.matcher(prompt).find()) {
            return """
                    import csv
                    with open("squares.csv", "w", newline="") as file:
                        table = csv.writer(file)
                        table.writerow(["n", "square"])
                        table.writerows([n, n * n] for n in range(1, 11))
                    print("10 rows")
                    """;
        }
        var sum = SUM.matcher(prompt);
        return sum.find()
                ? "print(" + closed(sum.group().replace("^", "**").replace("×", "*").replace("÷", "/")) + ")\n"
                : about(prompt.toLowerCase(Locale.ROOT));
    }

    private static String plot(String prompt) {
        var term = term(prompt);
        return """
                import math
                import matplotlib.pyplot as plt
                xs = [n / 20 for n in range(1, 201)]
                plt.plot(xs, [%s for x in xs])
                plt.title("%s")
                plt.show()
                """.formatted(term, term.replace("math.", "").replace("**", "^"));
    }

    private static String term(String prompt) {
        var power = POWER.matcher(prompt);
        if (power.find()) {
            var exponent = power.group(1) != null ? power.group(1) : power.group(2).equals("²") ? "2" : "3";
            return "x ** " + exponent;
        }
        var function = FUNCTION.matcher(prompt);
        return "math." + (function.find() ? function.group(1) : "sin") + "(x)";
    }

    /** An expression with as many brackets closed as opened. */
    private static String closed(String expression) {
        var open = expression.chars().filter(c -> c == '(').count();
        var shut = expression.chars().filter(c -> c == ')').count();
        return "(".repeat((int) Math.max(0, shut - open)) + expression + ")".repeat((int) Math.max(0, open - shut));
    }

    private static String about(String prompt) {
        var number = NUMBER.matcher(prompt);
        var n = number.find() ? Integer.parseInt(number.group()) : 10;
        if (prompt.contains("factorial")) {
            return "import math\nprint(math.factorial(" + Math.min(n, 1_000) + "))\n";
        }
        if (prompt.contains("fibonacci")) {
            return "a, b = 0, 1\nfor _ in range(" + Math.min(n, 100)
                    + "):\n    print(a, end=\" \")\n    a, b = b, a + b\n";
        }
        if (prompt.contains("prime")) {
            return "print([n for n in range(2, " + Math.min(n, 10_000)
                    + ") if all(n % d for d in range(2, int(n ** 0.5) + 1))])\n";
        }
        return "print(sum(range(" + n + " + 1)))\n";
    }

    /** The result of a program, in a sentence; links to its files are handed on. */
    public static String answer(String output) {
        var said = new StringBuilder();
        var printed = NOTE.matcher(output).replaceAll("").strip();
        if (!printed.isEmpty() && !printed.equals("The code printed nothing.")) {
            var shortened = TokenCutter.prefix(printed, LONGEST);
            said.append("The program printed:\n\n```\n").append(shortened)
                    .append(shortened.length() < printed.length() ? "..." : "").append("\n```\n");
        }
        if (output.contains("is shown to the user.]")) {
            said.append("Here is the plot.\n");
        }
        LINK.matcher(output).results()
                .forEach(link -> said.append("Here is the file: ").append(link.group()).append('\n'));
        return Optional.of(said.toString().strip()).filter(text -> !text.isEmpty())
                .orElse("The program ran, and printed nothing.");
    }
}
