package dev.runnel.server.traces.otlp;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/** The names of attributes. */
final class Names {
    static final AttributeKey<String> OPERATION = AttributeKey.stringKey("gen_ai.operation.name");
    static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("gen_ai.provider.name");
    static final AttributeKey<String> MODEL = AttributeKey.stringKey("gen_ai.request.model");
    static final AttributeKey<String> ANSWERING_MODEL = AttributeKey.stringKey("gen_ai.response.model");
    static final AttributeKey<Boolean> STREAMED = AttributeKey.booleanKey("gen_ai.request.stream");
    static final AttributeKey<Double> FIRST_CHUNK = AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk");
    static final AttributeKey<List<String>> FINISH = AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
    static final AttributeKey<Long> INPUT = AttributeKey.longKey("gen_ai.usage.input_tokens");
    static final AttributeKey<Long> OUTPUT = AttributeKey.longKey("gen_ai.usage.output_tokens");
    static final AttributeKey<Long> CACHED = AttributeKey.longKey("gen_ai.usage.cache_read.input_tokens");
    static final AttributeKey<Long> REASONING = AttributeKey.longKey("gen_ai.usage.reasoning.output_tokens");
    static final AttributeKey<String> AGENT = AttributeKey.stringKey("gen_ai.agent.id");
    static final AttributeKey<String> CONVERSATION = AttributeKey.stringKey("gen_ai.conversation.id");
    static final AttributeKey<String> TOOL = AttributeKey.stringKey("gen_ai.tool.name");
    static final AttributeKey<String> TOOL_CALL = AttributeKey.stringKey("gen_ai.tool.call.id");
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    static final AttributeKey<String> RUN = AttributeKey.stringKey("runnel.run.id");
    static final AttributeKey<String> STATUS = AttributeKey.stringKey("runnel.run.status");
    static final AttributeKey<String> REQUEST = AttributeKey.stringKey("runnel.request.id");
    static final AttributeKey<String> SERVER = AttributeKey.stringKey("runnel.model_server");

    /** The conventions' provider for any server that is compatible with OpenAI's. */
    static final String OPENAI = "openai";

    private Names() {}
}
