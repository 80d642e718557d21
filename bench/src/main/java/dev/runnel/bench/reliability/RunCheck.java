package dev.runnel.bench.reliability;

import dev.runnel.bench.Faults;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.client.ApiException;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.StepToolCall;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Holds what is left of a run against what its readers saw. Thread-safe. */
final class RunCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Clients clients;
    private final Faults<Fault> faults;
    private final String modelsText;
    private final String modelsArguments;

    RunCheck(Clients clients, Faults<Fault> faults, String modelsText, String modelsArguments) {
        this.clients = clients;
        this.faults = faults;
        this.modelsText = modelsText;
        this.modelsArguments = modelsArguments;
    }

    /** Checks a run and its thread; answers how the run ended. */
    RunStatus check(WatchedRun watched, String assistantId) {
        RunRef run = watched.ref();
        if (run == null) {
            faults.add(Fault.LOST, "a run could not be created");
            return RunStatus.UNKNOWN;
        }
        RunFold fold = new RunFold();
        List<SeenEvent> log = wholeLog(run);
        checkNumbers(run, log);
        checkSeen(run, watched, log);
        log.forEach(event -> fold.apply(event.decoded()));
        RunStatus status = fold.run().map(Run::status).orElse(RunStatus.UNKNOWN);
        if (!status.terminal()) {
            faults.add(Fault.ENDLESS, run + " is left as " + status);
        }
        checkObjects(run, watched, fold);
        watched.response().check(run);
        fold.messages().forEach(this::checkText);
        checkCalls(run, fold);
        checkThread(run, assistantId);
        return status;
    }

    private List<SeenEvent> wholeLog(RunRef run) {
        List<SeenEvent> log = new ArrayList<>();
        try {
            clients.raw().read(run, 0, true, PATIENCE, log::add);
        } catch (IOException e) {
            faults.add(Fault.LOST, run + " cannot be read to its end: " + e);
        }
        return log;
    }

    private void checkNumbers(RunRef run, List<SeenEvent> log) {
        for (int i = 0; i < log.size(); i++) {
            long before = i == 0 ? 0 : log.get(i - 1).number();
            long number = log.get(i).number();
            if (number != before + 1) {
                faults.add(number > before ? Fault.GAP : Fault.DUPLICATE,
                        "in the log of " + run + " comes " + number + " after " + before);
            }
        }
    }

    private void checkSeen(RunRef run, WatchedRun watched, List<SeenEvent> log) {
        SortedMap<Long, SeenEvent> seen = watched.seen();
        for (SeenEvent event : seen.values()) {
            if (event.number() > log.size()) {
                faults.add(Fault.MISSING, "of " + run + ": " + event);
            } else if (!event.equals(log.get(Math.toIntExact(event.number() - 1)))) {
                faults.add(Fault.DIFFERENT,
                        "of " + run + ": " + event + " is now " + log.get(Math.toIntExact(event.number() - 1)));
            }
        }
        for (SeenEvent event : log) {
            if (!seen.containsKey(event.number())) {
                faults.add(Fault.GAP, "the reader of " + run + " never got " + event);
            }
        }
        if (!watched.seenToTheEnd() || watched.clientsFold() == null) {
            faults.add(Fault.ENDLESS, "a reader of " + run + " saw no end");
        }
    }

    private void checkObjects(RunRef run, WatchedRun watched, RunFold fold) {
        try {
            Objects stored = stored(run);
            checkEqual(run, "REST", stored, fold);
            RunFold clients = watched.clientsFold();
            if (clients != null) {
                checkEqual(run, "the client's fold", Objects.of(clients), fold);
            }
        } catch (RuntimeException e) {
            faults.add(Fault.LOST, run + " cannot be got: " + e);
        }
    }

    private void checkEqual(RunRef run, String whose, Objects objects, RunFold fold) {
        if (!objects.equals(Objects.of(fold))) {
            faults.add(Fault.UNEQUAL, whose + " of " + run + ": " + objects + " is not " + Objects.of(fold));
        }
    }

    private record Objects(List<?> run, List<?> steps, List<?> messages) {
        static Objects of(RunFold fold) {
            return new Objects(fold.run().stream().toList(), fold.steps(), fold.messages());
        }
    }

    private Objects stored(RunRef run) {
        return new Objects(
                List.of(clients.plain().runs().get(run.threadId(), run.id())),
                clients.plain().runs().steps(run.threadId(), run.id()).oldestFirst().stream().toList(),
                clients.plain().messages().ofRun(run.threadId(), run.id()).oldestFirst().stream().toList());
    }

    /** A message that was cut off holds the beginning of what the model said. */
    private void checkText(Message message) {
        boolean right = message.status() == MessageStatus.COMPLETED
                ? message.text().equals(modelsText)
                : modelsText.startsWith(message.text());
        if (!right) {
            faults.add(Fault.TEXT, message.toString());
        }
    }

    /** A run that calls functions and completes has done so twice, and been answered; a call that was cut off is the beginning of one. */
    private void checkCalls(RunRef run, RunFold fold) {
        int answered = 0;
        for (RunStep step : fold.steps()) {
            if (step.stepDetails() instanceof StepDetails.ToolCalls details) {
                boolean completed = step.status() == StepStatus.COMPLETED;
                answered += completed ? 1 : 0;
                boolean right = details.toolCalls().stream()
                        .map(StepToolCall.Function.class::cast)
                        .allMatch(call -> completed ? isAnswered(call) : isBegun(call));
                if (!right) {
                    faults.add(Fault.CALL, "of " + run + ": " + step);
                }
            }
        }
        Run ended = fold.run().orElseThrow();
        int rounds = ended.tools().isEmpty() ? 0 : PacedModelServer.CALL_ROUNDS;
        if (ended.status() == RunStatus.COMPLETED && answered != rounds) {
            faults.add(Fault.CALL, run + " completed after " + answered + " rounds of calls");
        }
    }

    private boolean isAnswered(StepToolCall.Function call) {
        return call.function().arguments().equals(modelsArguments)
                && CallAnswers.output(modelsArguments).equals(call.function().output());
    }

    private boolean isBegun(StepToolCall.Function call) {
        return modelsArguments.startsWith(call.function().arguments());
    }

    /** The thread is free if it takes a new run, which then completes. */
    private void checkThread(RunRef run, String assistantId) {
        RunRequest request = RunRequest.builder(assistantId)
                .additionalMessages(List.of(MessageRequest.user("hurry")))
                .build();
        try {
            Run another = clients.plain().runs().create(run.threadId(), request);
            RunStatus status = clients.plain().runs().await(run.threadId(), another.id()).status();
            if (status != RunStatus.COMPLETED) {
                faults.add(Fault.ENDLESS, "a new run on the thread of " + run + " ended as " + status);
            }
        } catch (ApiException e) {
            faults.add(Fault.LOCKED, run + ": " + e.getMessage());
        } catch (RuntimeException e) {
            faults.add(Fault.LOST, "a new run on the thread of " + run + ": " + e);
        }
    }
}
