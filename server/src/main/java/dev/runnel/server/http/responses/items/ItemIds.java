package dev.runnel.server.http.responses.items;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ids of items that are a part of a run step: the step's id with another prefix, and the call's place in the step.
 * {@code step_X}'s second function call is {@code fc_X_1}, and its output {@code fco_X_1}.
 */
public final class ItemIds {
    public static final String CALL = "fc_";
    public static final String OUTPUT = "fco_";
    public static final String SEARCH = "fs_";
    public static final String CODE = "ci_";
    private static final String STEP = "step_";
    private static final Pattern OF_STEP = Pattern.compile("(fc|fco|fs|ci)_(\\w+)_\\d{1,9}");

    private ItemIds() {}

    public static String of(String prefix, String stepId, int index) {
        return prefix + (stepId.startsWith(STEP) ? stepId.substring(STEP.length()) : stepId) + "_" + index;
    }

    /** The place of an item's call in its step; 0 for an item that is no part of a step. */
    public static int index(String itemId) {
        Matcher step = OF_STEP.matcher(itemId);
        return step.matches() ? Integer.parseInt(itemId.substring(itemId.lastIndexOf('_') + 1)) : 0;
    }

    /** The id by which a thread knows an item: its step's, or the item's own. */
    public static String entry(String itemId) {
        Matcher step = OF_STEP.matcher(itemId);
        return step.matches() ? STEP + step.group(2) : itemId;
    }
}
