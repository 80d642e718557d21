package dev.runnel.server.http.responses.requests;

import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Fields.Kind;
import dev.runnel.server.http.fields.Limits;
import java.util.List;
import java.util.function.Predicate;

/** Checks the items that a request brings. {@link InputItems} makes of them what a thread keeps. */
final class ItemFields {
    /** How many items a request may bring. */
    static final int MAX_ITEMS = 10_000;

    private static final int MAX_PARTS = 1_000;

    /** The longest text: as long as the request's body may be. */
    private static final int ANY = Integer.MAX_VALUE;

    /** Kinds of items of the protocol that this server has nothing of. */
    private static final List<String> UNSUPPORTED = List.of(
            "computer_call", "computer_call_output", "web_search_call", "image_generation_call",
            "local_shell_call", "local_shell_call_output", "shell_call", "shell_call_output",
            "apply_patch_call", "apply_patch_call_output", "mcp_list_tools", "mcp_approval_request",
            "mcp_approval_response", "mcp_call", "custom_tool_call", "custom_tool_call_output", "compaction",
            "compaction_trigger", "tool_search_call", "tool_search_output", "additional_tools", "program",
            "program_output");

    private ItemFields() {}

    static Fields item(Fields f) {
        if (f.unsupported("type", UNSUPPORTED, type -> unsupported(type, f.path("type")))
                .isPresent()) {
            f.takeRest();
            return f;
        }
        List<Kind<Fields>> kinds = List.of(
                new Kind<>("message", ItemFields::message),
                new Kind<>("function_call", ItemFields::functionCall),
                new Kind<>("function_call_output", ItemFields::functionOutput),
                new Kind<>("reasoning", ItemFields::reasoning),
                new Kind<>("file_search_call", ItemFields::fileSearch),
                new Kind<>("code_interpreter_call", ItemFields::code),
                new Kind<>("item_reference", reference -> {
                    String _ = reference.requiredString("id", Limits.ID);
                    return reference;
                }));
        return f.kindsOrFirst("type", isReference(f::has) ? kinds.reversed() : kinds);
    }

    /**
     * Whether an item that does not say its kind is a reference to another, rather than a message.
     *
     * @param has whether the item has a member
     */
    static boolean isReference(Predicate<String> has) {
        return has.test("id") && !has.test("role") && !has.test("content");
    }

    private static BadRequestException unsupported(String kind, String path) {
        return BadRequestException.of(
                "Items of type '" + kind + "' are not supported by this server.", path, "unsupported_item");
    }

    private static Fields message(Fields f) {
        idAndStatus(f);
        f.string("phase", Limits.ID);
        String _ = f.requiredChoice("role", "user", "assistant", "system", "developer");
        f.textOr("content",
                text -> text.requiredString("content", ANY),
                parts -> parts.requiredObjects("content", 0, MAX_PARTS, ItemFields::part));
        return f;
    }

    private static void idAndStatus(Fields f) {
        f.string("id", Limits.ID);
        f.choice("status", "in_progress", "completed", "incomplete");
    }

    private static Fields functionCall(Fields f) {
        idAndStatus(f);
        String _ = f.requiredString("call_id", Limits.ID);
        String _ = f.requiredString("name", Limits.ID);
        String _ = f.requiredString("arguments", ANY);
        return f;
    }

    private static Fields functionOutput(Fields f) {
        idAndStatus(f);
        String _ = f.requiredString("call_id", Limits.ID);
        f.textOr("output",
                text -> text.requiredString("output", ANY),
                parts -> parts.requiredObjects("output", 0, MAX_PARTS, part -> part.<Fields>kinds("type", List.of(
                        new Kind<>("input_text", ItemFields::text), new Kind<>("input_image", ItemFields::image),
                        new Kind<>("input_file", ItemFields::file)))));
        return f;
    }

    /** The reasoning of models is not sent to them again, but clients send it back. */
    private static Fields reasoning(Fields f) {
        idAndStatus(f);
        f.array("summary", MAX_PARTS);
        f.array("content", MAX_PARTS);
        f.string("encrypted_content", ANY);
        return f;
    }

    private static Fields fileSearch(Fields f) {
        f.string("id", Limits.ID);
        f.choice("status", "in_progress", "searching", "completed", "incomplete", "failed");
        List<String> _ = f.strings("queries", 0, MAX_PARTS, ANY);
        f.array("results", MAX_PARTS);
        return f;
    }

    private static Fields code(Fields f) {
        f.string("id", Limits.ID);
        f.choice("status", "in_progress", "interpreting", "completed", "incomplete", "failed");
        f.string("container_id", Limits.ID);
        f.string("code", ANY);
        f.array("outputs", MAX_PARTS);
        return f;
    }

    private static Fields part(Fields f) {
        return f.kinds("type", List.of(
                new Kind<>("input_text", ItemFields::text),
                new Kind<>("output_text", ItemFields::text),
                new Kind<>("text", ItemFields::text),
                new Kind<>("refusal", refusal -> {
                    String _ = refusal.requiredString("refusal", ANY);
                    return refusal;
                }),
                new Kind<>("input_image", ItemFields::image),
                new Kind<>("input_file", ItemFields::file)));
    }

    private static Fields text(Fields f) {
        String _ = f.requiredString("text", ANY);
        f.array("annotations", MAX_ITEMS);
        f.array("logprobs", MAX_ITEMS);
        return f;
    }

    private static Fields image(Fields f) {
        f.requireOneOf("image_url", "file_id");
        f.string("image_url", ANY);
        f.string("file_id", Limits.ID);
        f.choice("detail", "auto", "low", "high", "original");
        return f;
    }

    private static Fields file(Fields f) {
        if (f.string("file_url", ANY) != null) {
            throw BadRequestException.of(
                    "This server loads no files from other servers: send 'file_data' or 'file_id' instead.",
                    f.path("file_url"), "unsupported_item");
        }
        f.requireOneOf("file_data", "file_id");
        f.string("file_data", ANY);
        f.string("file_id", Limits.ID);
        f.string("filename", Limits.ID);
        f.choice("detail", "auto", "low", "high");
        return f;
    }
}
