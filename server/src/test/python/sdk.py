"""A program that uses the official Python SDK as its documentation shows.

It reads lines "<base URL> <scenario> [argument ...]" and prints what each sees, a line each, and then a line with a dot; the same
lines as ../node/sdk.mjs.
"""

import json
import sys
import time

import openai
from openai import AssistantEventHandler, OpenAI
from pydantic import BaseModel

client = assistants = threads = None


def say(*words):
    print(*(str(word).lower() if isinstance(word, bool) else word for word in words), flush=True)


class Follower(AssistantEventHandler):
    """Prints a stream's events, the calls that it accumulates, and how it ends."""

    def __init__(self, on_text=lambda run: None):
        super().__init__()
        self.on_text = on_text
        self.text = ""
        self.calls = []

    def on_event(self, event):
        say(event.event)

    def on_tool_call_done(self, tool_call):
        self.calls.append(tool_call)

    def on_text_delta(self, delta, snapshot):
        self.text += delta.value
        self.on_text(self.current_run)

    def on_exception(self, exception):
        say("exception", exception)


def follow(manager, handler):
    with manager as stream:
        stream.until_done()
        for call in handler.calls:
            say("call", call.id, call.function.name, call.function.arguments)
        if handler.text:
            say("text", handler.text, "=", stream.get_final_messages()[0].content[0].text.value)
        run = stream.current_run
        say("status", run.status)
        return run


def outputs(run):
    return [{"tool_call_id": call.id, "output": f"about {call.id}"}
            for call in run.required_action.submit_tool_outputs.tool_calls]


def stream(assistant, thread):
    handler = Follower()
    follow(threads.runs.stream(thread_id=thread, assistant_id=assistant, event_handler=handler), handler)


def create_and_run(assistant):
    handler = Follower()
    follow(threads.create_and_run_stream(
        assistant_id=assistant, thread={"messages": [{"role": "user", "content": "Hi"}]}, event_handler=handler), handler)


def cancel(assistant, thread):
    handler = Follower(lambda run: threads.runs.cancel(run.id, thread_id=thread))
    follow(threads.runs.stream(thread_id=thread, assistant_id=assistant, event_handler=handler), handler)


def tools(assistant, thread):
    handler = Follower()
    run = follow(threads.runs.stream(thread_id=thread, assistant_id=assistant, event_handler=handler), handler)
    while run.status == "requires_action":
        handler = Follower()
        run = follow(threads.runs.submit_tool_outputs_stream(
            run_id=run.id, thread_id=thread, tool_outputs=outputs(run), event_handler=handler), handler)


def poll(assistant, thread):
    run = threads.runs.create_and_poll(thread_id=thread, assistant_id=assistant, poll_interval_ms=10)
    say("status", run.status)
    run = threads.runs.submit_tool_outputs_and_poll(
        run_id=run.id, thread_id=thread, tool_outputs=outputs(run), poll_interval_ms=10)
    say("status", run.status)
    for step in threads.runs.steps.list(run.id, thread_id=thread, order="asc"):
        say("step", step.type, step.status)
    for message in threads.messages.list(thread, order="asc", limit=1):
        say(message.role, message.content[0].text.value)
    say("status", threads.create_and_run_poll(assistant_id=assistant, poll_interval_ms=10).status)


def poll_as_told(assistant, thread):
    begin = time.monotonic()
    run = threads.runs.create_and_poll(thread_id=thread, assistant_id=assistant)
    say("status", run.status)
    say("millis", round((time.monotonic() - begin) * 1000))


def pages():
    for name in ["one", "two", "three", "four", "five"]:
        assistants.create(model="m", name=name)
    for assistant in assistants.list(limit=2, order="asc"):
        say(assistant.name or "-")

    def names():
        return ",".join(assistant.name or "-" for assistant in page.data)

    page = assistants.list(limit=3)
    say(names(), page.has_more)
    page = page.get_next_page()
    say(names(), page.has_more)
    page = assistants.list(after=page.data[-1].id)
    say(len(page.data), page.has_more)


def objects():
    assistant = assistants.create(
        model="m", name=None, temperature=0.5, tools=[{"type": "function", "function": {"name": "f"}}])
    changed = assistants.update(assistant.id, name="new", metadata={"a": "b"})
    say(changed.name, changed.metadata["a"], changed.temperature, changed.tools[0].function.name)
    thread = threads.create()
    say(threads.update(thread.id, metadata={"c": "d"}).metadata["c"])
    message = threads.messages.create(thread.id, role="user", content=[{"type": "text", "text": "a part"}])
    updated = threads.messages.update(message.id, thread_id=thread.id, metadata={"e": "f"})
    say(updated.content[0].text.value, updated.metadata["e"])
    say(threads.messages.delete(message.id, thread_id=thread.id).object)
    say(threads.delete(thread.id).object)
    say(assistants.delete(assistant.id).object)


def files():
    content = bytes([0, 1, 255, 13, 10, 45, 45])
    file = client.files.create(file=("Übersicht 数据.bin", content), purpose="assistants")
    say(file.filename, file.bytes, file.status)
    say("same bytes", client.files.content(file.id).read() == content)
    for listed in client.files.list(purpose="assistants"):
        say("listed", listed.id == file.id)
    deleted = client.files.delete(file.id)
    say(deleted.object, deleted.deleted)


def search(thread):
    file = client.files.create(file=("tides.md", b"The moon makes the tides."), purpose="assistants")
    threads.messages.create(
        thread, role="user", content="What makes the tides?",
        attachments=[{"file_id": file.id, "tools": [{"type": "file_search"}]}])
    searcher = assistants.create(model="m", tools=[{"type": "file_search"}])
    with threads.runs.stream(thread_id=thread, assistant_id=searcher.id) as stream:
        for event in stream:
            say(event.event)
        text = stream.get_final_messages()[0].content[0].text
        run = stream.current_run
    say("text", text.value)
    for note in text.annotations:
        say("cites", note.text, text.value[note.start_index:note.end_index] == note.text,
            note.file_citation.file_id == file.id)
    steps = threads.runs.steps.list(
        run.id, thread_id=thread, order="asc", include=["step_details.tool_calls[*].file_search.results[*].content"])
    for step in steps:
        for call in getattr(step.step_details, "tool_calls", []):
            for result in call.file_search.results:
                say("found", result.file_name, result.content[0].text)


def interpret(thread):
    file = client.files.create(file=("in.txt", b"tides"), purpose="assistants")
    threads.messages.create(
        thread, role="user", content="Copy it.",
        attachments=[{"file_id": file.id, "tools": [{"type": "code_interpreter"}]}])
    interpreter = assistants.create(model="m", tools=[{"type": "code_interpreter"}])
    handler = Follower()
    with threads.runs.stream(thread_id=thread, assistant_id=interpreter.id, event_handler=handler) as stream:
        stream.until_done()
        message = stream.get_final_messages()[0]
    image = message.content[0].image_file.file_id
    for call in {call.id: call for call in handler.calls}.values():  # the helper says "done" after each output
        say("input", json.dumps(call.code_interpreter.input))
        for output in call.code_interpreter.outputs:
            say(output.type, json.dumps(output.logs) if output.type == "logs" else output.image.file_id == image)
    text = message.content[1].text
    say("text", text.value)
    for note in text.annotations:
        made = client.files.retrieve(note.file_path.file_id)
        say("link", note.text, text.value[note.start_index:note.end_index] == note.text, made.filename, made.purpose,
            client.files.content(made.id).read().decode())


def stores():
    files, batches = client.vector_stores.files, client.vector_stores.file_batches
    store = client.vector_stores.create(name="library", expires_after={"anchor": "last_active_at", "days": 3})
    say(store.object, store.status, store.expires_after.days, store.expires_at - store.last_active_at)
    file = files.upload_and_poll(vector_store_id=store.id, file=("harbour.txt", b"The harbour opens at six."))
    say(file.object, file.status, "null" if file.last_error is None else file.last_error)
    batch = batches.upload_and_poll(
        vector_store_id=store.id, files=[("orchard.md", b"Apples ripen in September."), ("table.csv", b"a,b")])
    say(batch.object, batch.status, batch.file_counts.completed, batch.file_counts.failed)
    for failed in batches.list_files(batch.id, vector_store_id=store.id, filter="failed"):
        say("failed", failed.last_error.code)
    say("files", len(list(files.list(store.id, limit=2))))
    changed = files.update(file.id, vector_store_id=store.id, attributes={"year": 1990, "open": True})
    say("attributes", int(changed.attributes["year"]), changed.attributes["open"])
    filters = {"type": "and", "filters": [
        {"type": "gt", "key": "year", "value": 1980}, {"type": "eq", "key": "open", "value": True}]}
    for found in client.vector_stores.search(store.id, query="When does the harbour open?", filters=filters):
        say("found", found.filename, found.content[0].text)
    for part in files.content(file.id, vector_store_id=store.id):
        say("content", part.text)
    say(files.delete(file.id, vector_store_id=store.id).object, client.vector_stores.delete(store.id).object)


class Place(BaseModel):
    city: str


def responses():
    whole = client.responses.create(model="m", input="Hi")
    say(whole.status, whole.output_text)
    text = ""
    with client.responses.stream(model="m", input="Hi") as stream:
        for event in stream:
            text += event.delta if event.type == "response.output_text.delta" else ""
        streamed = stream.get_final_response()
    say("text", text, "=", streamed.output_text)
    with client.responses.stream(response_id=streamed.id, starting_after=3) as stream:
        seen = list(stream)
        say("again", stream.get_final_response().output_text, seen[0].sequence_number, seen[-1].type)
    parsed = client.responses.parse(model="m", input="Where?", text_format=Place)
    say("parsed", parsed.output_parsed.city)


def response_tools():
    weather = [{"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": False}]
    with client.responses.stream(model="m", input="The weather in Bern?", tools=weather) as stream:
        called = stream.until_done().get_final_response()
    call = called.output[0]
    say("call", call.call_id, call.name, call.arguments)
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "rain"}
    answered = client.responses.create(model="m", input=[output], tools=weather, previous_response_id=called.id)
    say("text", answered.output_text)
    for item in client.responses.input_items.list(answered.id):
        say("input", item.type, item.output)
    client.responses.delete(answered.id)
    try:
        client.responses.retrieve(answered.id)
    except openai.APIStatusError as error:
        say(type(error).__name__, error.status_code)


def conversations():
    conversation = client.conversations.create(
        metadata={"a": "b"}, items=[{"type": "message", "role": "user", "content": "I am Ada."}])
    response = client.responses.create(model="m", conversation=conversation.id, input="Who am I?")
    say("text", response.output_text, response.conversation.id == conversation.id)
    for item in client.conversations.items.list(conversation.id, order="asc", limit=2):
        say(item.type, item.role, item.content[0].type, item.content[0].text)
    changed = client.conversations.update(conversation.id, metadata={"c": "d"})
    say(changed.metadata["c"], client.conversations.delete(conversation.id).deleted)


def background():
    response_id = last = None
    with client.responses.create(model="m", input="Hi", background=True, stream=True) as events:
        for event in events:
            response_id = response_id or event.response.id
            last = event.sequence_number
            if event.type == "response.output_text.delta":
                break
    text = ""
    whole = True
    for event in client.responses.retrieve(response_id, stream=True, starting_after=last):
        text += event.delta if event.type == "response.output_text.delta" else ""
        whole = whole and event.sequence_number == last + 1
        last = event.sequence_number
    say("text", text, "=", client.responses.retrieve(response_id).output_text, whole)
    stalled = client.responses.create(model="m", input="Hi", background=True)
    say("begun", stalled.status in ["queued", "in_progress"], client.responses.cancel(stalled.id).status)


def errors(thread):
    attempts = [
        lambda: threads.retrieve("thread_none"),
        lambda: threads.retrieve("x"),
        lambda: assistants.create(model="m", extra_body={"surprise": 1}),
        lambda: assistants.create(model="m", temperature=3),
        lambda: threads.runs.create(thread, assistant_id="asst_none"),
        lambda: client.files.retrieve("file-none"),
    ]
    for attempt in attempts:
        try:
            attempt()
        except openai.APIStatusError as error:
            said = [type(error).__name__, error.status_code, error.param, error.code]
            said += [error.request_id.startswith("req_"), error.body["message"]]
            say(*("null" if word is None else word for word in said))


def chat():
    request = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
    say(client.chat.completions.create(**request).choices[0].message.content)
    text = ""
    for chunk in client.chat.completions.create(**request, stream=True, stream_options={"include_usage": True}):
        text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        if chunk.usage:
            say("usage", chunk.usage.total_tokens)
    say(text)
    try:
        for chunk in client.chat.completions.create(**request, stream=True):
            say("chunk", chunk.choices[0].delta.content)
    except openai.APIError as error:
        say(type(error).__name__, error.body["message"])
    for model in client.models.list():
        say("model", model.id)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        base_url, scenario, *arguments = line.split()
        client = OpenAI(base_url=base_url, api_key="any", timeout=20, max_retries=0)
        assistants, threads = client.beta.assistants, client.beta.threads
        globals()[scenario](*arguments)
        say(".")
