package dev.runnel.server.edge.http2.hpack;

import dev.runnel.server.edge.http2.hpack.HeaderDecoder.HeaderList;
import dev.runnel.testkit.RandomInput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** HPACK by the examples of RFC 7541, and with blocks that no encoder writes. */
class HeaderDecoderTest {
    private final HeaderDecoder decoder = new HeaderDecoder(100, 64 * 1024);

    private List<String> decoded(String hex) throws HpackException {
        byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
        return decoder.decode(block, 0, block.length).fields().stream()
                .map(field -> field.name() + "=" + field.value()).toList();
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void theRequestsOfTheAppendixWithoutHuffman() throws HpackException {
        assertThat(decoded("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d")).containsExactly(
                ":method=GET", ":scheme=http", ":path=/", ":authority=www.example.com");
        assertThat(decoded("8286 84be 5808 6e6f 2d63 6163 6865")).containsExactly(
                ":method=GET", ":scheme=http", ":path=/", ":authority=www.example.com", "cache-control=no-cache");
        assertThat(decoded("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"))
                .containsExactly(":method=GET", ":scheme=https", ":path=/index.html", ":authority=www.example.com",
                        "custom-key=custom-value");
    }

    @Test
    void theRequestsOfTheAppendixWithHuffman() throws HpackException {
        assertThat(decoded("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff")).containsExactly(
                ":method=GET", ":scheme=http", ":path=/", ":authority=www.example.com");
        assertThat(decoded("8286 84be 5886 a8eb 1064 9cbf")).containsExactly(
                ":method=GET", ":scheme=http", ":path=/", ":authority=www.example.com", "cache-control=no-cache");
        assertThat(decoded("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf")).containsExactly(
                ":method=GET", ":scheme=https", ":path=/index.html", ":authority=www.example.com",
                "custom-key=custom-value");
    }

    @Test
    void fieldsThatAreNotKeptAreReadAndNotKept() throws HpackException {
        assertThat(decoded("040c 2f73 616d 706c 652f 7061 7468")).containsExactly(":path=/sample/path");
        assertThat(decoded("1008 7061 7373 776f 7264 0673 6563 7265 74")).containsExactly("password=secret");
        assertThatThrownBy(() -> decoded("be")).isInstanceOf(HpackException.class)
                .hasMessage("there is no field 62");
    }

    @Test
    void theOldestFieldsMakeRoomInASmallerTable() throws HpackException {
        assertThat(decoded("3f 45 400161 0162 400163 0164")).containsExactly("a=b", "c=d"); // 34 bytes each, 100 allowed
        assertThat(decoded("be bf 400165 0166")).containsExactly("c=d", "a=b", "e=f");
        assertThatThrownBy(() -> decoded("c0")).hasMessage("there is no field 64");
        assertThat(decoded("20")).isEmpty();
        assertThatThrownBy(() -> decoded("be")).hasMessage("there is no field 62");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "80", // no field has the index 0
        "ff 7f", // an index beyond all tables
        "40", "40 01", "40 01 61", "40 01 61 05 62", // blocks that break off
        "7f", "ff ff ff ff ff ff 0f", // a number that breaks off, and one that is too large
        "82 20", // a table resized behind a field
        "3f e2 1f", // a table of 4,097 bytes
        "00 81 ff 00", // eight bits that fill up
        "00 81 18 00", // zeros that fill up
        "00 84 ff ff ff ff 00"}) // the symbol for the end
    void aMalformedBlockIsRefused(String hex) {
        assertThatThrownBy(() -> decoded(hex)).isInstanceOf(HpackException.class);
    }

    @Test
    void aListBeyondTheLimitsIsReadAndDropped() throws HpackException {
        HeaderDecoder small = new HeaderDecoder(2, 100);
        byte[] three = HexFormat.of().parseHex("828684");
        assertThat(small.decode(three, 0, 3)).isEqualTo(new HeaderList(List.of(), true));
        assertThat(small.decode(three, 0, 2).fields()).hasSize(2);
        byte[] large = latin("\0\1a\177\u0001" + "x".repeat(128));
        assertThat(small.decode(large, 0, large.length)).isEqualTo(new HeaderList(List.of(), true));
    }

    @Test
    void whatTheEncoderWritesIsRead() {
        RandomInput.forAll(200, random -> {
            String value = "v".repeat(random.between(0, 20_000)) + "é";
            HeaderBlock block = new HeaderBlock(random.between(100, 599), random.chance(0.5));
            block.add("Content-Type", value);
            block.add("X-Other", "");
            try {
                List<HeaderField> fields = decoder.decode(block.bytes(), 0, block.bytes().length).fields();
                assertThat(fields).extracting(HeaderField::name).containsExactly(":status", "content-type", "x-other");
                assertThat(fields.get(1).value()).isEqualTo(
                        new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
            } catch (HpackException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void whateverComesIsReadOrRefused() {
        RandomInput.forAll(2_000, random -> {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            random.list(0, 200, () -> random.between(0, 255)).forEach(block::write);
            HeaderDecoder any = new HeaderDecoder(10, 1_000);
            try {
                assertThat(any.decode(block.toByteArray(), 0, block.size()).fields().size()).isLessThanOrEqualTo(10);
            } catch (HpackException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        });
    }
}
