package example;

import dev.runnel.client.ChatStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** Streams a model's reply as server-sent events: {@code /ask?q=…}. The container's thread reads and writes. */
public final class AskServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient RunnelClient client;

    AskServlet(RunnelClient client) {
        this.client = client;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ChatRequest question = ChatRequest.builder("demo", List.of(ChatMessage.user(request.getParameter("q")))).build();
        try (ChatStream stream = client.chat().stream(question)) { // fails before anything is written
            response.setContentType("text/event-stream");
            response.setCharacterEncoding("utf-8");
            PrintWriter out = response.getWriter();
            for (String text : stream.textDeltas()) {
                out.write("data: " + text.replace("\r", "").replace("\n", "\ndata: ") + "\n\n");
                if (out.checkError()) { // flushes, too
                    return; // the browser left; closing the stream stops the model
                }
            }
            out.write("event: end\ndata:\n\n");
        } catch (RunnelException e) {
            fail(response, e);
        }
    }

    private static void fail(HttpServletResponse response, RunnelException e) throws IOException {
        if (response.isCommitted()) {
            response.getWriter().write("event: error\ndata: the reply broke off\n\n");
        } else {
            response.sendError(HttpServletResponse.SC_BAD_GATEWAY, "the model server does not answer");
        }
    }
}
