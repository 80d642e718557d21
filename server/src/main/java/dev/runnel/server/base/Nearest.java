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

    /** The names that a typing error may have changed; none if all are quite different. */
    public static List<String> meant(String name, Collection<String> names) {
        int most = name.length() <= SHORT ? 1 : Math.max(2, name.length() / 3);
        return of(name, names.stream().filter(each -> distance(name, each) <= most).toList(), 2);
    }

    /** How many letters differ; none, if one name is within the other. */
    private static int distance(String first, String second) {
        String a = first.toLowerCase(Locale.ROOT);
        String b = second.toLowerCase(Locale.ROOT);
        if (a.contains(b) || b.contains(a)) {
            return 0;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
