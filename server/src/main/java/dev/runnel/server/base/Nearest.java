package dev.runnel.server.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The names that are most similar to an unknown one. */
public final class Nearest {
    private static final int SHORT = 3;

    private Nearest() {}

    /** The most similar names, the best first. */
    public static List<String> of(String name, Collection<String> names, int count) {
        return names.stream()
                .sorted(Comparator.comparingInt(each -> distance(name, each)))
                .limit(count)
                .toList();
    }

    /** The names, of those that are most similar, that a typing error may have changed; none if all are quite different. */
    public static List<String> meant(String name, Collection<String> names) {
        int most = name.length() <= SHORT ? 1 : Math.max(2, name.length() / 3);
        int least = names.stream().mapToInt(each -> distance(name, each)).min().orElse(0);
        return of(name, names.stream().filter(each -> distance(name, each) <= Math.min(most, least)).toList(), 2);
    }

    /** How many letters differ, where two that changed places count as one; none, if one name is within the other. */
    private static int distance(String first, String second) {
        String a = first.toLowerCase(Locale.ROOT);
        String b = second.toLowerCase(Locale.ROOT);
        if (a.contains(b) || b.contains(a)) {
            return 0;
        }
        int[][] rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                rows[i][j] = i == 0 || j == 0 ? i + j : cheapest(rows, a, b, i, j);
            }
        }
        return rows[a.length()][b.length()];
    }

    private static int cheapest(int[][] rows, String a, String b, int i, int j) {
        int replaced = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
    }
}
