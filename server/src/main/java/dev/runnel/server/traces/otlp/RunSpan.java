package dev.runnel.server.traces.otlp;

import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.Usage;
import dev.runnel.server.base.RequestId;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;

/**
 * The span of a run on this node, from when it is queued until it ends or waits for its caller, and the spans of what is done for it
 * meanwhile. Thread-safe.
 */
final class RunSpan {
    private static final String OPERATION = "invoke_agent";

    private final Tracer tracer;
    private final Span span;
    private final Context context;

    /**
     * Begins the span.
     *
     * @param ago how long ago the run was queued
     */
    RunSpan(Tracer tracer, TraceIds ids, Run run, Duration ago) {
        this.tracer = tracer;
        SpanBuilder builder = tracer.spanBuilder(OPERATION)
                .setParent(Contexts.ofRequest())
                .setAttribute(Names.OPERATION, OPERATION)
                .setAttribute(Names.PROVIDER, Names.OPENAI)
                .setAttribute(Names.MODEL, run.model())
                .setAttribute(Names.CONVERSATION, run.threadId())
                .setAttribute(Names.RUN, run.id())
                .setAttribute(Names.REQUEST, RequestId.current()); // "none" after a restart
        if (!run.assistantId().isEmpty()) {
            builder.setAttribute(Names.AGENT, run.assistantId());
        }
        if (!ago.isZero()) {
            builder.setStartTimestamp(Instant.now().minus(ago));
        }
        this.span = ids.ofRun(run.id(), builder::startSpan);
        this.context = Context.root().with(span);
    }

    /** The context of what is done for the run. */
    Context context() {
        return context;
    }

    /** Something was done for the run. */
    void did(String name, Duration took) {
        did(name, took, Attributes.empty(), "");
    }

    /**
     * A tool has carried out a call.
     *
     * @param error why it failed; empty if it did not
     */
    void executed(String tool, String callId, Duration took, String error) {
        did("execute_tool " + tool, took, Attributes.of(
                Names.OPERATION, "execute_tool", Names.TOOL, tool, Names.TOOL_CALL, callId), error);
    }

    private void did(String name, Duration took, Attributes attributes, String error) {
        Instant now = Instant.now();
        Span done = tracer.spanBuilder(name).setParent(context).setStartTimestamp(now.minus(took))
                .setAllAttributes(attributes).startSpan();
        if (!error.isEmpty()) {
            failed(done, error);
        }
        done.end(now);
    }

    private static void failed(Span span, String error) {
        span.setStatus(StatusCode.ERROR);
        span.setAttribute(Names.ERROR, error);
    }

    /** How the run stands, as far as it is known by now. */
    void stands(Run run) {
        span.setAttribute(Names.STATUS, run.status().wire());
        Usage usage = run.usage();
        if (usage != null) {
            span.setAttribute(Names.INPUT, usage.promptTokens());
            span.setAttribute(Names.OUTPUT, usage.completionTokens());
        }
        LastError error = run.lastError();
        if (run.status() == RunStatus.FAILED) {
            failed(span, error == null ? "_OTHER" : error.code());
        } else if (run.status() == RunStatus.EXPIRED) {
            failed(span, run.status().wire());
        }
    }

    void end() {
        span.end();
    }
}
