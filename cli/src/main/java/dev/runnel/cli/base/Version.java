package dev.runnel.cli.base;

import dev.runnel.server.http.openapi.OpenApi;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The text of {@code --version}. */
public final class Version implements IVersionProvider {
    public static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    /** The commit that it was built from, with {@code -dirty} if files had been changed; {@code unknown} without git. */
    static String commit() {
        Properties build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                build.load(in);
            }
        } catch (IOException e) {
            // Nobody needs the commit to run the command.
        }
        String commit = build.getProperty("commit", "");
        return commit.isEmpty() || commit.startsWith("$") ? "unknown" : commit;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "runnel " + number() + ", commit " + commit(),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name"),
            "OpenAI's API document " + OpenApi.OFFICIAL + "; a server's own is at /openapi.json"
        };
    }
}
