package dev.runnel.bench.growth;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.Folders;
import dev.runnel.bench.Medians;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ServedProcess;
import dev.runnel.bench.TimedCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Measures a page of 20 at the beginning, in the middle and at the end of every list, with 50, 10,000 and 1,000,000 objects. See the
 * module's README.
 */
public final class ListPages {
    private static final int PAGE = 20;

    /** The shortest list is the least that has a full page in each place. */
    private static final int FEW = 50;

    private static final List<Integer> SIZES = List.of(FEW, 10_000, 1_000_000);

    private final int rounds;
    private final int largest;

    private ListPages(Arguments arguments) {
        rounds = arguments.integer("rounds", 200);
        largest = arguments.integer("largest", SIZES.getLast());
        arguments.rejectUnknown();
    }

    /** A list of one size. Each size is a project of its own, as lists of assistants are of a project. */
    private record Sized(String list, int size, String path, List<String> ids) {
        String key() {
            return "sk-growth-lists-" + size;
        }
    }

    private enum Place {
        BEGIN, MIDDLE, END, BEFORE_BEGIN, BEFORE_MIDDLE, BEFORE_END
    }

    /** One page, and how long it took each time. */
    private record Page(Sized sized, boolean ascending, Place place, List<Long> nanos) {
        String path() {
            List<String> ids = ascending ? sized.ids : sized.ids.reversed();
            int size = ids.size();
            String cursor = switch (place) {
                case BEGIN -> "";
                case MIDDLE -> "&after=" + ids.get(size / 2 - 1);
                case END -> "&after=" + ids.get(size - PAGE - 1);
                case BEFORE_BEGIN -> "&before=" + ids.get(PAGE);
                case BEFORE_MIDDLE -> "&before=" + ids.get(size / 2);
                case BEFORE_END -> "&before=" + ids.get(size - 1);
            };
            return sized.path + (sized.path.contains("?") ? "&" : "?") + "limit=" + PAGE + "&order="
                    + (ascending ? "asc" : "desc") + cursor;
        }
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        new ListPages(new Arguments(args)).run();
        System.exit(0);
    }

    private List<Integer> sizes() {
        return Stream.concat(SIZES.stream().filter(size -> size < largest), Stream.of(largest)).toList();
    }

    private void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("runnel-growth-");
        try {
            List<Page> pages = pages(fill(folder));
            System.out.printf("the database has %,d MB%n", Files.size(folder.resolve("runnel.db")) / 1_000_000);
            measure(folder, pages);
            print(pages);
        } finally {
            Folders.delete(folder);
        }
    }

    private List<Sized> fill(Path folder) {
        List<Sized> lists = new ArrayList<>();
        try (Filling filling = new Filling(folder)) {
            for (int size : sizes()) {
                long start = System.nanoTime();
                fill(filling, size, lists);
                System.out.printf("lists of %,d objects made in %.0f s%n", size, (System.nanoTime() - start) / 1e9);
            }
        }
        return lists;
    }

    private static void fill(Filling filling, int size, List<Sized> lists) {
        String project = "p" + size;
        lists.add(new Sized("assistants", size, "/assistants",
                filling.fill(size, (sql, n) -> Filling.assistant(sql, project))));
        List<String> threads = filling.fill(size, (sql, n) -> Filling.thread(sql, project));
        lists.add(new Sized("threads", size, "/threads", threads));
        // The oldest files have another purpose; whoever asks for them alone must not go through all the others.
        List<String> seen = filling.fill(FEW, (sql, n) -> Filling.file(sql, project, "vision"));
        lists.add(new Sized("files of a purpose", size, "/files?purpose=vision", seen));
        List<String> files = new ArrayList<>(seen);
        files.addAll(filling.fill(size - FEW, (sql, n) -> Filling.file(sql, project, "assistants")));
        lists.add(new Sized("files", size, "/files", files));

        String thread = threads.getFirst();
        List<String> runs = filling.fill(size, (sql, n) -> Filling.run(sql, thread));
        lists.add(new Sized("runs of a thread", size, "/threads/" + thread + "/runs", runs));
        String run = runs.getFirst();
        lists.add(new Sized("steps of a run", size, "/threads/" + thread + "/runs/" + run + "/steps",
                filling.fill(size, (sql, n) -> Filling.step(sql, thread, run))));
        // So with messages: a run wrote the first of the thread.
        List<String> written = filling.fill(FEW, (sql, n) -> Filling.message(sql, thread, run, n));
        lists.add(new Sized("messages of a run", size, "/threads/" + thread + "/messages?run_id=" + run, written));
        List<String> messages = new ArrayList<>(written);
        messages.addAll(filling.fill(size - FEW, (sql, n) -> Filling.message(sql, thread, null, n)));
        lists.add(new Sized("messages of a thread", size, "/threads/" + thread + "/messages", messages));
    }

    private static List<Page> pages(List<Sized> lists) {
        List<Page> pages = new ArrayList<>();
        for (Sized list : lists) {
            for (boolean ascending : new boolean[] {true, false}) {
                for (Place place : Place.values()) {
                    pages.add(new Page(list, ascending, place, new ArrayList<>()));
                }
            }
        }
        return pages;
    }

    private void measure(Path folder, List<Page> pages) throws IOException, InterruptedException {
        String keys = String.join(",", sizes().stream().map(size -> "p" + size + "=sk-growth-lists-" + size).toList());
        try (PacedModelServer model = PacedModelServer.start(0, 1, Duration.ZERO);
                ServedProcess server = ServedProcess.runnel(
                        folder, model.baseUri(), List.of(), List.of("--api-key", keys));
                TimedCalls api = new TimedCalls(server.baseUri())) {
            server.awaitListening();
            List<Page> shuffled = new ArrayList<>(pages);
            Random random = new Random(1);
            int warmUp = Math.max(20, rounds / 5);
            for (int round = -warmUp; round < rounds; round++) {
                Collections.shuffle(shuffled, random);
                for (Page page : shuffled) {
                    long nanos = api.time(page.sized.key(), page.path());
                    if (round >= 0) {
                        page.nanos.add(nanos);
                    }
                }
            }
        }
    }

    /** A row has the medians of one list, size and order; its last figure is the worst ratio to the same page of the shortest list. */
    private void print(List<Page> pages) {
        System.out.println(
                "| list | objects | order | first page, µs | after the middle | after nearly all | before the 21st"
                        + " | before the middle | before the last | worst ratio |");
        System.out.println("|" + "---|".repeat(10));
        double worst = 0;
        for (int i = 0; i < pages.size(); i += Place.values().length) {
            List<Page> row = pages.subList(i, i + Place.values().length);
            Page first = row.getFirst();
            double[] medians = row.stream().mapToDouble(page -> Medians.of(page.nanos)).toArray();
            double[] shortest = row.stream().mapToDouble(page -> Medians.of(inShortest(pages, page).nanos)).toArray();
            double ratio = 0;
            for (int place = 0; place < medians.length; place++) {
                ratio = Math.max(ratio, medians[place] / shortest[place]);
            }
            worst = Math.max(worst, ratio);
            System.out.printf(Locale.ROOT, "| %s | %,d | %s |%s %.2f |%n", first.sized.list, first.sized.size,
                    first.ascending ? "asc" : "desc",
                    String.join("", Arrays.stream(medians)
                            .mapToObj(nanos -> String.format(Locale.ROOT, " %,.0f |", nanos / 1e3)).toList()),
                    ratio);
        }
        System.out.printf(Locale.ROOT, "worst ratio of all: %.2f%n", worst);
    }

    private static Page inShortest(List<Page> pages, Page like) {
        return pages.stream()
                .filter(page -> page.sized.list.equals(like.sized.list) && page.ascending == like.ascending
                        && page.place == like.place)
                .findFirst()
                .orElseThrow();
    }
}
