package dev.runnel.server.traces.otlp;

import dev.runnel.protocol.chat.ChatUsage;
import dev.runnel.server.base.Caller;
import dev.runnel.server.base.TraceHeaders;
import dev.runnel.server.observed.ModelCall;
import dev.runnel.server.observed.ModelObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The spans of calls of models: children of a run's span, or of that of the request which they are made for. Thread-safe. */
final class ModelTraces implements ModelObserver {
    private static final String OPERATION = "chat";

    private final Tracer tracer;
    private final Function<String, Optional<Context>> runs;

    /** @param runs the context of what is done for a run, by the run's id */
    ModelTraces(Tracer tracer, Function<String, Optional<Context>> runs) {
        this.tracer = tracer;
        this.runs = runs;
    }

    @Override
    public ModelCall begun(String model, boolean streamed) {
        Optional<Caller> caller = Caller.current();
        SpanBuilder builder = tracer.spanBuilder(OPERATION + " " + model)
                .setSpanKind(SpanKind.CLIENT)
                .setParent(caller.flatMap(it -> runs.apply(it.run())).orElseGet(Contexts::ofRequest))
                .setAttribute(Names.OPERATION, OPERATION)
                .setAttribute(Names.PROVIDER, Names.OPENAI)
                .setAttribute(Names.MODEL, model)
                .setAttribute(Names.STREAMED, streamed);
        caller.ifPresent(it -> builder.setAttribute(Names.CONVERSATION, it.thread()));
        return new Call(builder.startSpan());
    }

    /** The span of one call. */
    private static final class Call implements ModelCall {
        private final Span span;
        private final long begun = System.nanoTime();

        Call(Span span) {
            this.span = span;
        }

        @Override
        public Optional<TraceHeaders> headers() {
            return Contexts.headers(Context.root().with(span));
        }

        @Override
        public void arrived() {
            span.setAttribute(Names.FIRST_CHUNK, (System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1));
        }

        @Override
        public void answered(String server, String model) {
            span.setAttribute(Names.ANSWERING_MODEL, model);
            if (!server.isEmpty()) {
                span.setAttribute(Names.SERVER, server);
            }
        }

        @Override
        public void used(ChatUsage usage) {
            span.setAttribute(Names.INPUT, usage.promptTokens());
            span.setAttribute(Names.OUTPUT, usage.completionTokens());
            span.setAttribute(Names.CACHED, usage.cachedTokens());
            span.setAttribute(Names.REASONING, usage.reasoningTokens());
        }

        @Override
        public void finished(String reason) {
            span.setAttribute(Names.FINISH, List.of(reason));
        }

        @Override
        public void ended(String error) {
            if (!error.isEmpty()) {
                span.setStatus(StatusCode.ERROR);
                span.setAttribute(Names.ERROR, error);
            }
            span.end();
        }
    }
}
