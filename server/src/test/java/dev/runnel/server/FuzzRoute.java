package dev.runnel.server;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A request as it should be, for {@link FuzzTest}; words in capitals stand for the ids of objects in {@link FuzzFixtures}. */
record FuzzRoute(String method, String path, String body) {
    private static final String TOOL = """
            {"type": "function", "function": {"name": "weather", "description": "d", "strict": false,
             "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}""";

    private static final String MESSAGE = """
            {"role": "user", "metadata": {"k": "v"}, "attachments": [{"file_id": "FILE", "tools": []}],
             "content": [{"type": "text", "text": "Hi"}, {"type": "image_file", "image_file": {"file_id": "FILE"}},
             {"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "low"}}]}""";

    private static final String OPTIONS = """
            "model": "m", "instructions": "i", "tools": [%s], "temperature": 0.5, "top_p": 1, "metadata": {"k": "v"},
            "reasoning_effort": "low", "response_format": {"type": "json_schema", "json_schema": {"name": "n",
             "description": "d", "strict": true, "schema": {"type": "object"}}}""".formatted(TOOL);

    private static final String RUN_OPTIONS = """
            %s, "assistant_id": "ASSISTANT", "max_prompt_tokens": 5000, "max_completion_tokens": 500,
            "truncation_strategy": {"type": "last_messages", "last_messages": 3}, "parallel_tool_calls": true,
            "tool_choice": {"type": "function", "function": {"name": "weather"}}""".formatted(OPTIONS);

    private static final String RESPONSE = """
            "model": "m", "instructions": "i", "temperature": 0.5, "top_p": 1, "metadata": {"k": "v"}, "user": "u",
            "tools": [{"type": "function", "name": "weather", "description": "d", "strict": false, "parameters": {}}],
            "tool_choice": {"type": "function", "name": "weather"}, "parallel_tool_calls": true, "max_tool_calls": 3,
            "max_output_tokens": 500, "reasoning": {"effort": "low", "summary": "auto"}, "truncation": "auto",
            "include": ["file_search_call.results"], "service_tier": "default", "top_logprobs": 0,
            "text": {"verbosity": "low", "format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}}""";

    private static final String ITEMS = """
            [{"type": "message", "role": "developer", "content": "Be brief."},
             {"role": "user", "content": [{"type": "input_text", "text": "Hi"},
              {"type": "input_image", "image_url": "https://example.org/a.png", "detail": "low"}]},
             {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "t"}]},
             {"type": "function_call", "call_id": "call_9", "name": "weather", "arguments": "{}"},
             {"type": "function_call_output", "call_id": "call_9", "output": "rain"},
             {"type": "message", "role": "assistant", "id": "msg_1", "status": "completed",
              "content": [{"type": "output_text", "text": "Rain.", "annotations": [], "logprobs": []}]}]""";

    /** A request that names existing objects, and brings a file. */
    private static final String REFERRING = """
            {"model": "m", "max_tool_calls": 2,
             "tools": [{"type": "function", "name": "weather", "parameters": {}}, {"type": "function", "name": "time"}],
             "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "time"}]},
             "input": [{"type": "item_reference", "id": "MESSAGE"}, {"role": "user", "content": [
              {"type": "input_file", "filename": "dot.png", "file_data": "data:image/png;base64,iVBORw0KGgo="},
              {"type": "input_image", "file_id": "FILE", "detail": "auto"}]}]}""";

    /** Every route, and some in more than one way. */
    static final List<FuzzRoute> ALL = List.of(
            new FuzzRoute("POST", "/assistants", "{%s, \"name\": \"n\", \"description\": \"d\", \"tool_resources\": {}}"
                    .formatted(OPTIONS)),
            new FuzzRoute("GET", "/assistants?limit=5&order=asc&after=ASSISTANT", ""),
            new FuzzRoute("GET", "/assistants/ASSISTANT", ""),
            new FuzzRoute("POST", "/assistants/ASSISTANT", "{%s, \"name\": null}".formatted(OPTIONS)),
            new FuzzRoute("DELETE", "/assistants/DOOMED_ASSISTANT", ""),
            new FuzzRoute("POST", "/threads",
                    "{\"messages\": [%s], \"metadata\": {\"k\": \"v\"}, \"tool_resources\": {}}"
                            .formatted(MESSAGE)),
            new FuzzRoute("GET", "/threads?limit=5&order=desc&before=THREAD", ""),
            new FuzzRoute("GET", "/threads/THREAD", ""),
            new FuzzRoute("POST", "/threads/THREAD", "{\"metadata\": {\"k\": \"v\"}, \"tool_resources\": null}"),
            new FuzzRoute("DELETE", "/threads/DOOMED_THREAD", ""),
            new FuzzRoute("POST", "/threads/THREAD/messages", MESSAGE),
            new FuzzRoute("GET", "/threads/THREAD/messages?limit=5&order=asc&run_id=RUN&after=MESSAGE", ""),
            new FuzzRoute("GET", "/threads/THREAD/messages/MESSAGE", ""),
            new FuzzRoute("POST", "/threads/THREAD/messages/MESSAGE", "{\"metadata\": {\"k\": \"v\"}}"),
            new FuzzRoute("DELETE", "/threads/THREAD/messages/DOOMED_MESSAGE", ""),
            new FuzzRoute("POST", "/threads/runs", "{%s, \"stream\": true, \"thread\": {\"messages\": [%s]}}"
                    .formatted(RUN_OPTIONS, MESSAGE)),
            new FuzzRoute("POST", "/threads/THREAD/runs", """
                    {%s, "stream": false, "additional_instructions": "More.", "additional_messages": [%s]}"""
                    .formatted(RUN_OPTIONS, MESSAGE)),
            new FuzzRoute("POST", "/threads/WAITING_THREAD/runs", "{\"assistant_id\": \"ASSISTANT\"}"),
            new FuzzRoute("GET", "/threads/THREAD/runs?limit=5&after=RUN", ""),
            new FuzzRoute("GET", "/threads/THREAD/runs/RUN", ""),
            new FuzzRoute("GET", "/threads/THREAD/runs/RUN?stream=true&starting_after=3", ""),
            new FuzzRoute("POST", "/threads/THREAD/runs/RUN", "{\"metadata\": {\"k\": \"v\"}}"),
            new FuzzRoute("POST", "/threads/THREAD/runs/RUN/cancel", ""),
            new FuzzRoute("POST", "/threads/WAITING_THREAD/runs/WAITING_RUN/submit_tool_outputs", """
                    {"stream": true, "tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]}"""),
            new FuzzRoute("GET", "/threads/THREAD/runs/RUN/steps?limit=5&include[]="
                    + "step_details.tool_calls%5B%2A%5D.file_search.results%5B%2A%5D.content", ""),
            new FuzzRoute("GET", "/threads/THREAD/runs/RUN/steps/STEP", ""),
            new FuzzRoute("POST", "/chat/completions", """
                    {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": true}"""),
            new FuzzRoute("POST", "/files", new String(Multipart.file("notes.txt", "Once.")
                    .field("expires_after[anchor]", "created_at").field("expires_after[seconds]", "3600").body(),
                    StandardCharsets.UTF_8)),
            new FuzzRoute("GET", "/files?limit=5&order=asc&purpose=assistants&after=FILE", ""),
            new FuzzRoute("GET", "/files/FILE", ""),
            new FuzzRoute("GET", "/files/FILE/content", ""),
            new FuzzRoute("DELETE", "/files/DOOMED_FILE", ""),
            new FuzzRoute("POST", "/embeddings", """
                    {"model": "m", "input": ["Hi", "there"], "encoding_format": "float", "user": "u"}"""),
            new FuzzRoute("POST", "/vector_stores",
                    """
                            {"name": "n", "description": "d", "metadata": {"k": "v"}, "expires_after": {"anchor": "last_active_at", "days": 3},
                             "file_ids": ["FILE"], "chunking_strategy": {"type": "static",
                             "static": {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 50}}}"""),
            new FuzzRoute("GET", "/vector_stores?limit=5&order=asc&after=STORE", ""),
            new FuzzRoute("GET", "/vector_stores/STORE", ""),
            new FuzzRoute("POST", "/vector_stores/STORE", "{\"name\": \"n\", \"metadata\": {\"k\": \"v\"}}"),
            new FuzzRoute("DELETE", "/vector_stores/DOOMED_STORE", ""),
            new FuzzRoute("POST", "/vector_stores/STORE/search",
                    """
                            {"query": "Hi", "max_num_results": 3, "rewrite_query": true, "ranking_options": {"ranker": "auto",
                             "score_threshold": 0.1}, "filters": {"type": "and", "filters": [{"type": "eq", "key": "k", "value": "v"}]}}"""),
            new FuzzRoute("POST", "/vector_stores/STORE/files",
                    """
                            {"file_id": "DOOMED_FILE", "attributes": {"k": "v", "n": 1, "b": true}, "chunking_strategy": {"type": "auto"}}"""),
            new FuzzRoute("GET", "/vector_stores/STORE/files?limit=5&order=asc&filter=completed", ""),
            new FuzzRoute("GET", "/vector_stores/STORE/files/FILE", ""),
            new FuzzRoute("POST", "/vector_stores/STORE/files/FILE", "{\"attributes\": {\"k\": \"v\"}}"),
            new FuzzRoute("GET", "/vector_stores/STORE/files/FILE/content", ""),
            new FuzzRoute("DELETE", "/vector_stores/STORE/files/DOOMED_FILE", ""),
            new FuzzRoute("POST", "/vector_stores/STORE/file_batches",
                    "{\"file_ids\": [\"FILE\"], \"attributes\": {\"k\": \"v\"}}"),
            new FuzzRoute("GET", "/vector_stores/STORE/file_batches/BATCH", ""),
            new FuzzRoute("GET", "/vector_stores/STORE/file_batches/BATCH/files?limit=5&filter=failed", ""),
            new FuzzRoute("POST", "/vector_stores/STORE/file_batches/BATCH/cancel", ""),
            new FuzzRoute("POST", "/keys", "{\"project\": \"search\", \"name\": \"n\"}"),
            new FuzzRoute("GET", "/keys", ""),
            new FuzzRoute("DELETE", "/keys/key_1", ""),
            new FuzzRoute("GET", "/usage?from=2026-01-01&to=2026-01-31", ""),
            new FuzzRoute("POST", "/responses", "{%s, \"stream\": true, \"input\": %s}".formatted(RESPONSE, ITEMS)),
            new FuzzRoute("POST", "/responses",
                    "{%s, \"previous_response_id\": \"RESPONSE\", \"input\": %s}".formatted(RESPONSE, ITEMS)),
            new FuzzRoute("POST", "/responses",
                    "{%s, \"conversation\": {\"id\": \"THREAD\"}, \"store\": false, \"input\": \"Hi\"}"
                            .formatted(RESPONSE)),
            new FuzzRoute("POST", "/responses", REFERRING),
            new FuzzRoute("GET", "/responses/RESPONSE?include[]=file_search_call.results", ""),
            new FuzzRoute("GET", "/responses/RESPONSE?stream=true&starting_after=2", ""),
            new FuzzRoute("DELETE", "/responses/DOOMED_RESPONSE", ""),
            new FuzzRoute("POST", "/responses/RESPONSE/cancel", ""),
            new FuzzRoute("GET", "/responses/RESPONSE/input_items?limit=5&order=asc", ""),
            new FuzzRoute("POST", "/responses/input_tokens", """
                    {"model": "m", "input": %s, "text": {"format": {"type": "text"}}, "truncation": "auto"}"""
                    .formatted(ITEMS)),
            new FuzzRoute("POST", "/conversations", "{\"metadata\": {\"k\": \"v\"}, \"items\": %s}".formatted(ITEMS)),
            new FuzzRoute("GET", "/conversations/THREAD", ""),
            new FuzzRoute("POST", "/conversations/THREAD", "{\"metadata\": {\"k\": \"v\"}}"),
            new FuzzRoute("DELETE", "/conversations/DOOMED_THREAD", ""),
            new FuzzRoute("POST", "/conversations/THREAD/items", "{\"items\": %s}".formatted(ITEMS)),
            new FuzzRoute("GET", "/conversations/THREAD/items?limit=3&order=asc&after=MESSAGE", ""),
            new FuzzRoute("GET", "/conversations/THREAD/items/MESSAGE", ""),
            new FuzzRoute("DELETE", "/conversations/THREAD/items/DOOMED_MESSAGE", ""),
            new FuzzRoute("GET", "/models", ""),
            new FuzzRoute("GET", "/models/m", ""));
}
