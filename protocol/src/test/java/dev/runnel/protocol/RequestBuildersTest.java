package dev.runnel.protocol;

import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.ResponseRequest;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Messages with more than text, as they are on the wire. */
class RequestBuildersTest {

    private static String json(Object value) {
        return new String(Json.write(value), UTF_8);
    }

    @Test
    void aMessageHasImagesBehindItsText() {
        MessageRequest message = MessageRequest.user("What is this?").withImageUrl("https://h/a.png")
                .withImageFile("file-1");
        assertThat(json(message)).isEqualTo("""
                {"role":"user","content":[{"type":"text","text":"What is this?"},\
                {"type":"image_url","image_url":{"url":"https://h/a.png"}},\
                {"type":"image_file","image_file":{"file_id":"file-1"}}]}""");
    }

    @Test
    void aMessageHasAttachmentsAndMetadata() {
        MessageRequest message = MessageRequest.user("Look.").withAttachment("file-1", new Tool.FileSearch(null))
                .withAttachment("file-2").withMetadata(Map.of("a", "b"));
        assertThat(json(message)).isEqualTo("""
                {"role":"user","content":"Look.","attachments":[\
                {"file_id":"file-1","tools":[{"type":"file_search"}]},{"file_id":"file-2"}],"metadata":{"a":"b"}}""");
        assertThat(json(ThreadRequest.of(MessageRequest.user("Hi")).withMetadata(Map.of("c", "d")))).isEqualTo("""
                {"messages":[{"role":"user","content":"Hi"}],"metadata":{"c":"d"}}""");
    }

    @Test
    void aMessageOfAChatHasImages() {
        ChatMessage message = ChatMessage.user("Which?").withImageUrl("https://h/a.png")
                .withImage(new byte[] {1, 2, 3}, "image/png");
        String request = new String(ChatJson.writeRequest(ChatRequest.builder("m", List.of(message)).build()), UTF_8);
        assertThat(request).contains("""
                "content":[{"type":"text","text":"Which?"},{"type":"image_url","image_url":{"url":"https://h/a.png"}},\
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}}]""");
        assertThat(message.text()).isEqualTo("Which?");
    }

    static Stream<Supplier<Object>> builders() {
        return Stream.of(
                () -> AssistantRequest.builder("m"),
                () -> RunRequest.builder("asst_1"),
                () -> ResponseRequest.builder("m", "Hi"),
                () -> ChatRequest.builder("m", List.of(ChatMessage.user("Hi"))));
    }

    @ParameterizedTest
    @MethodSource("builders")
    void eachSetterSetsTheComponentOfItsName(Supplier<Object> builders) throws ReflectiveOperationException {
        Class<?> type = builders.get().getClass();
        List<Method> setters = Stream.of(type.getMethods()).filter(method -> method.getReturnType() == type).toList();
        Class<?> request = type.getMethod("build").getReturnType();
        Map<String, Object> unset = components(request, type.getMethod("build").invoke(builders.get()));
        assertThat(setters).hasSizeGreaterThanOrEqualTo(10);
        for (Method setter : setters) {
            Object builder = builders.get();
            Object value = example(setter.getParameterTypes()[0]);
            assertThat(setter.invoke(builder, value)).isSameAs(builder);
            Map<String, Object> expected = new LinkedHashMap<>(unset);
            expected.put(setter.getName(), value);
            assertThat(components(request, type.getMethod("build").invoke(builder))).isEqualTo(expected);
        }
    }

    /** The components of a record that are set. */
    private static Map<String, Object> components(Class<?> type, Object built) throws ReflectiveOperationException {
        Map<String, Object> components = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Object value = component.getAccessor().invoke(built);
            if (value != null) {
                components.put(component.getName(), value);
            }
        }
        return components;
    }

    private static Object example(Class<?> type) {
        return Stream.of("x", 0.5, 7L, true, List.of(), Map.of("a", "b"), JsonValue.of("x"), TruncationStrategy.AUTO,
                ThreadRequest.of(MessageRequest.user("Hi"))).filter(type::isInstance).findFirst().orElseThrow();
    }
}
