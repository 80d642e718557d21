package example;

import dev.runnel.client.RunnelClient;
import dev.runnel.client.transport.ProxySettings;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A web application that streams what a model writes. */
@SpringBootApplication
public class Application {
    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }

    /** One client for the program; Spring closes it. Each stream blocks a thread: from Java 21 on, use virtual ones. */
    @Bean
    RunnelClient runnel(
            @Value("${OPENAI_BASE_URL:http://127.0.0.1:8080/v1}") String server, @Value("${OPENAI_API_KEY:}") String key) {
        return RunnelClient.builder().baseUrl(server).apiKey(key).proxy(ProxySettings.fromEnvironment())
                .executor(Executors.newCachedThreadPool(work -> {
                    Thread thread = new Thread(work, "runnel");
                    thread.setDaemon(true);
                    return thread;
                })).build();
    }
}
