package dev.runnel.server.http.files;

import dev.runnel.server.edge.HttpException;
import dev.runnel.server.edge.HttpRequest;
import dev.runnel.server.http.fields.BadRequestException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.fileupload.FileUploadBase;
import org.apache.commons.fileupload.MultipartStream;
import org.jspecify.annotations.Nullable;

/** Splits a {@code multipart/form-data} body into its parts while it comes. */
final class MultipartBody {
    private static final int BUFFER = 64 * 1024;
    private static final int MAX_PART_HEADERS = 8 * 1024;
    private static final int MAX_BOUNDARY = 70; // RFC 2046

    /** The line end before a line that goes on with a header. */
    private static final Pattern FOLDED = Pattern.compile("\\R[ \\t]+");

    private MultipartBody() {}

    /**
     * A part's headers.
     *
     * @param filename null if the part has none
     * @param typed whether the part has a content type, which clients give to files and not to plain values
     */
    record Part(String name, @Nullable String filename, boolean typed) {}

    /** Chooses where a part's content goes. */
    @FunctionalInterface
    interface Parts {
        /** The stream that takes a part's content. */
        OutputStream place(Part part);
    }

    /** Reads a body to its end. */
    static void read(HttpRequest request, LimitedBody body, Parts parts) {
        byte[] boundary = boundary(request);
        try {
            MultipartStream stream = new MultipartStream(new UnpaddedBody(body, boundary), boundary, BUFFER, null);
            stream.setHeaderEncoding(StandardCharsets.UTF_8.name());
            stream.setPartHeaderSizeMax(MAX_PART_HEADERS);
            if (!stream.skipPreamble()) {
                throw unreadable("it has no part that begins with the boundary its content type names");
            }
            do {
                stream.readBodyData(parts.place(part(stream.readHeaders())));
            } while (stream.readBoundary());
            body.transferTo(OutputStream.nullOutputStream());
        } catch (FileUploadBase.FileUploadIOException e) {
            throw unreadable("a part's headers are longer than " + MAX_PART_HEADERS + " bytes");
        } catch (HttpException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            throw unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static byte[] boundary(HttpRequest request) {
        String type = request.header("Content-Type").orElse("");
        int end = type.indexOf(';');
        if (end < 0 || !type.substring(0, end).strip().equalsIgnoreCase("multipart/form-data")) {
            throw unreadable("its content type must be multipart/form-data with a boundary, but is '" + type + "'");
        }
        String boundary = HeaderParameters.of(type).get("boundary");
        if (boundary == null || boundary.isEmpty() || boundary.length() > MAX_BOUNDARY) {
            throw unreadable("its content type must name a boundary of 1 to " + MAX_BOUNDARY + " characters");
        }
        return boundary.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Part part(String headers) {
        Map<String, String> disposition = HeaderParameters.of(header(headers, "content-disposition:").orElse(""));
        String name = disposition.get("name");
        if (name == null) {
            throw unreadable("a part has no name");
        }
        String filename = filename(disposition.get("filename"), disposition.get("filename*"));
        return new Part(name, filename, header(headers, "content-type:").isPresent());
    }

    /** The name in the form that is encoded, which counts before the plain one. */
    private static @Nullable String filename(@Nullable String plain, @Nullable String encoded) {
        return encoded == null
                ? plain
                : HeaderParameters.decoded(encoded).orElse(Objects.requireNonNullElse(plain, encoded));
    }

    private static Optional<String> header(String headers, String name) {
        return FOLDED.matcher(headers).replaceAll(" ").lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name))
                .findFirst()
                .map(line -> line.substring(name.length()));
    }

    private static BadRequestException unreadable(String why) {
        return BadRequestException.of(
                "We could not parse the multipart/form-data body of your request: " + why + ".", null, null);
    }
}
