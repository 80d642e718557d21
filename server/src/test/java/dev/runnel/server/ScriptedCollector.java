package dev.runnel.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** An OpenTelemetry collector on loopback: what it gets by OTLP over HTTP. */
final class ScriptedCollector implements AutoCloseable {
    private final ScriptedModelServer server = ScriptedModelServer.start();

    ScriptedCollector() {
        server.answer(request -> Script.json(200, "{}"));
    }

    /** A span, with the texts of its attributes and those of its service. */
    record Seen(String name, String trace, String id, String parent, Span.SpanKind kind, boolean failed,
            Map<String, String> attributes, Map<String, String> resource, long nanos) {
        String attribute(String key) {
            return attributes.getOrDefault(key, "");
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.baseUri().getPort() + "/otlp");
    }

    /** All spans so far, once there are those that a test waits for. */
    List<Seen> await(Predicate<List<Seen>> enough) throws InterruptedException {
        List<Seen> spans = new ArrayList<>();
        for (int i = 0; !enough.test(spans); i++) {
            spans.addAll(spans(server.awaitRequest(i, TestServer.PATIENCE)));
        }
        return spans;
    }

    /** All spans so far, once there are so many with a name. */
    List<Seen> await(String name, int count) throws InterruptedException {
        return await(spans -> spans.stream().filter(span -> span.name().equals(name)).count() >= count);
    }

    /** The requests so far. */
    List<RecordedRequest> requests() {
        return server.requests();
    }

    /** All bytes so far, for a search in them. */
    String bytes() {
        StringBuilder all = new StringBuilder();
        server.requests().forEach(request -> all.append(new String(request.body(), StandardCharsets.ISO_8859_1)));
        return all.toString();
    }

    private static List<Seen> spans(RecordedRequest request) {
        ExportTraceServiceRequest read;
        try {
            read = ExportTraceServiceRequest.parseFrom(request.body());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("not OTLP: " + request, e);
        }
        return read.getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream()
                        .flatMap(scope -> scope.getSpansList().stream())
                        .map(span -> seen(span, texts(resource.getResource().getAttributesList()))))
                .toList();
    }

    private static Seen seen(Span span, Map<String, String> resource) {
        return new Seen(span.getName(), hex(span.getTraceId()), hex(span.getSpanId()), hex(span.getParentSpanId()),
                span.getKind(), span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR,
                texts(span.getAttributesList()), resource, span.getEndTimeUnixNano() - span.getStartTimeUnixNano());
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static Map<String, String> texts(List<KeyValue> attributes) {
        Map<String, String> texts = new TreeMap<>();
        attributes.forEach(attribute -> texts.put(attribute.getKey(), text(attribute.getValue())));
        return texts;
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case INT_VALUE -> Long.toString(value.getIntValue());
            case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
            case ARRAY_VALUE -> value.getArrayValue().getValuesList().stream().map(ScriptedCollector::text).toList()
                    .toString();
            default -> value.toString();
        };
    }

    @Override
    public void close() {
        server.close();
    }
}
