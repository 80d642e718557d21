package dev.runnel.server.tool.filesearch;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.RankingOptions;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.StepToolCall.FileSearch;
import dev.runnel.protocol.Tool;
import dev.runnel.server.base.HandedFiles;
import dev.runnel.server.tool.CallDisplay;
import dev.runnel.server.tool.ServerTool;
import dev.runnel.server.tool.ToolCall;
import dev.runnel.server.tool.ToolContext;
import dev.runnel.server.tool.ToolException;
import dev.runnel.server.tool.ToolResult;
import dev.runnel.server.tool.filesearch.SearchPolicy.When;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Searches the vector stores of a run's assistant and thread, and shows its model the passages that it may cite. */
public final class FileSearchTool implements ServerTool {
    /** How many passages a search finds unless the tool's options say otherwise. */
    private static final int DEFAULT_RESULTS = 20;

    /** The most passages that a search finds. */
    private static final int MAX_RESULTS = 50;

    /** The longest question that is searched for, in chars; of a longer one its beginning. */
    private static final int MAX_QUESTION = 4_000;

    private static final FunctionDefinition FUNCTION = new FunctionDefinition(
            "file_search",
            "Searches the user's files, and returns the passages that answer a question best. Use it before you answer"
                    + " anything that the files may tell, and search again in other words if the passages do not fit.",
            JsonValue.parse("""
                    {"type":"object","properties":{"query":{"type":"string","description":\
                    "The question, or the words to look for, in the language of the files."}},"required":["query"]}"""),
            false);

    private final RunStores stores;
    private final SearchPolicy policy;

    /** The tool, for runs that search these stores. */
    public FileSearchTool(RunStores stores, SearchPolicy policy) {
        this.stores = stores;
        this.policy = policy;
    }

    @Override
    public String type() {
        return "file_search";
    }

    @Override
    public Optional<FunctionDefinition> function(Tool settings) {
        return policy.when() == When.ALWAYS ? Optional.empty() : Optional.of(FUNCTION);
    }

    @Override
    public Optional<String> unasked(String question) {
        return policy.when() == When.ALWAYS
                ? Optional.of(JsonValue.of(Map.of("query", question)).toString())
                : Optional.empty();
    }

    @Override
    public boolean cited() {
        return true;
    }

    @Override
    public void prepare(Run run) throws InterruptedException {
        stores.prepare(run);
    }

    @Override
    public CallDisplay display(Tool settings) {
        return CallDisplay.still(shown(settings, List.of()));
    }

    @Override
    public ToolResult execute(ToolCall call, ToolContext context) throws InterruptedException {
        String question = question(call.arguments());
        if (question.isEmpty()) {
            return ToolResult
                    .of("The function takes a JSON object with one member: {\"query\": \"what to search for\"}.");
        }
        Tool.FileSearch.Options options = options(call.settings());
        int limit = Objects.requireNonNullElse(options.maxNumResults(), DEFAULT_RESULTS);
        double threshold = ranking(options).scoreThreshold();
        List<Passage> passages = within(
                policy.patience(), () -> stores.search(context.run(), question, limit, threshold));
        FoundText found = FoundText.of(
                passages, context.stepsBefore(), call.index() * MAX_RESULTS, policy.tokens());
        return new ToolResult(
                found.output(),
                shown(call.settings(), found.shown().stream().map(passage -> result(passage, null)).toList()),
                shown(call.settings(), found.shown().stream()
                        .map(passage -> result(passage, List.of(new FileSearch.Content(passage.text())))).toList()),
                found.sources(), HandedFiles.NONE);
    }

    private static String question(String arguments) {
        try {
            String question = JsonValue.parse(arguments).get("query").text().strip();
            return question.substring(0, Math.min(question.length(), MAX_QUESTION));
        } catch (JsonException e) {
            return "";
        }
    }

    private interface Search {
        List<Passage> run() throws InterruptedException;
    }

    private static List<Passage> within(Duration patience, Search search) throws InterruptedException {
        FutureTask<List<Passage>> task = new FutureTask<>(search::run);
        Thread.ofVirtual().name("file-search").start(task);
        try {
            return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ToolException("The search in the files took longer than " + patience.toSeconds() + " s.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failed) {
                throw failed;
            }
            throw new ToolException("The search in the files was interrupted.", e);
        } finally {
            task.cancel(true);
        }
    }

    private static Tool.FileSearch.Options options(Tool settings) {
        Tool.FileSearch.Options none = new Tool.FileSearch.Options(null, null);
        return settings instanceof Tool.FileSearch search
                ? Objects.requireNonNullElse(search.fileSearch(), none)
                : none;
    }

    private static RankingOptions ranking(Tool.FileSearch.Options options) {
        return Objects.requireNonNullElse(options.rankingOptions(), RankingOptions.DEFAULTS);
    }

    private static JsonValue shown(Tool settings, List<FileSearch.Result> results) {
        return JsonValue.of(new FileSearch.Search(ranking(options(settings)), results));
    }

    private static FileSearch.Result result(Passage passage, @Nullable List<FileSearch.Content> content) {
        return new FileSearch.Result(passage.fileId(), passage.fileName(), passage.score(), content);
    }
}
