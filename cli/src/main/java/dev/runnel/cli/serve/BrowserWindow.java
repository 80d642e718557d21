package dev.runnel.cli.serve;

import dev.runnel.cli.terminal.Terminal;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The user's browser. */
final class BrowserWindow {
    private BrowserWindow() {}

    /** Opens an address in the browser; if there is none, prints the address. */
    static void open(String address) {
        try {
            new ProcessBuilder(command(System.getProperty("os.name", ""), address))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            Terminal.line("No browser could be opened; the page is at " + address);
        }
    }

    private static List<String> command(String system, String address) {
        String name = system.toLowerCase(Locale.ROOT);
        if (name.contains("mac")) {
            return List.of("open", address);
        }
        return name.contains("windows")
                ? List.of("rundll32", "url.dll,FileProtocolHandler", address)
                : List.of("xdg-open", address);
    }
}
