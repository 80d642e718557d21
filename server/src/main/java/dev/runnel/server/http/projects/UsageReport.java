package dev.runnel.server.http.projects;

import dev.runnel.server.store.rows.UsageRow;
import java.time.LocalDate;
import java.util.List;

/**
 * The use of models, by day, project and model.
 *
 * @param from the first day, in UTC
 * @param to the last day
 * @param hasMore whether there was more than an answer may have: ask for fewer days
 */
record UsageReport(String from, String to, List<Entry> data, boolean hasMore) {

    /**
     * The use of one model by one project on one day.
     *
     * @param model the name that requests asked for
     * @param servedModel the name that the model server got
     */
    record Entry(String date, String project, String model, String servedModel, long runs, long chatCompletions,
            long errors, long promptTokens, long completionTokens, long totalTokens) {

        static Entry of(UsageRow row) {
            UsageRow.Counts used = row.counts();
            return new Entry(LocalDate.ofEpochDay(row.day()).toString(), row.project(), row.model(), row.servedModel(),
                    used.runs(), used.chatCompletions(), used.errors(), used.promptTokens(), used.completionTokens(),
                    used.promptTokens() + used.completionTokens());
        }
    }
}
