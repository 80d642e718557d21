package example;

import dev.runnel.client.RunnelClient;
import dev.runnel.client.transport.ProxySettings;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/** Serves {@link AskServlet} with an embedded Tomcat. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        String server = System.getenv().getOrDefault("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1");
        RunnelClient client = RunnelClient.builder().baseUrl(server).apiKey(System.getenv("OPENAI_API_KEY"))
                .proxy(ProxySettings.fromEnvironment()).build();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat-").toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(args.length > 0 ? Integer.parseInt(args[0]) : 8081);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "ask", new AskServlet(client));
        context.addServletMappingDecoded("/ask", "ask");
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.start();
        System.out.println("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/ask");
        tomcat.getServer().await();
    }
}
