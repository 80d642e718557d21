package dev.runnel.server.edge.http2.hpack;

import java.util.ArrayList;
import java.util.List;

/** The fields that an index stands for: the static ones, and the latest ones of the connection. For one thread. */
final class HeaderTable {
    /** The size that the table may have as long as no setting tells another, in bytes. */
    static final int SIZE = 4096;

    /** RFC 7541, appendix A, from index 1 on. */
    static final List<HeaderField> STATIC = """
            :authority
            :method GET
            :method POST
            :path /
            :path /index.html
            :scheme http
            :scheme https
            :status 200
            :status 204
            :status 206
            :status 304
            :status 400
            :status 404
            :status 500
            accept-charset
            accept-encoding gzip, deflate
            accept-language
            accept-ranges
            accept
            access-control-allow-origin
            age
            allow
            authorization
            cache-control
            content-disposition
            content-encoding
            content-language
            content-length
            content-location
            content-range
            content-type
            cookie
            date
            etag
            expect
            expires
            from
            host
            if-match
            if-modified-since
            if-none-match
            if-range
            if-unmodified-since
            last-modified
            link
            location
            max-forwards
            proxy-authenticate
            proxy-authorization
            range
            referer
            refresh
            retry-after
            server
            set-cookie
            strict-transport-security
            transfer-encoding
            user-agent
            vary
            via
            www-authenticate""".lines().map(HeaderTable::field).toList();

    /** The oldest field first. */
    private final List<HeaderField> latest = new ArrayList<>();
    private int size;
    private int most = SIZE;

    private static HeaderField field(String line) {
        int blank = line.indexOf(' ');
        return blank < 0 ? new HeaderField(line, "")
                : new HeaderField(line.substring(0, blank), line.substring(blank + 1));
    }

    HeaderField at(int index) throws HpackException {
        if (index > 0 && index <= STATIC.size()) {
            return STATIC.get(index - 1);
        }
        int age = index - STATIC.size();
        if (age <= 0 || age > latest.size()) {
            throw new HpackException("there is no field " + index);
        }
        return latest.get(latest.size() - age);
    }

    /** Adds a field, and drops the oldest ones that have no room any more. A field larger than the table empties it. */
    void add(HeaderField field) {
        latest.add(field);
        size += field.size();
        shrink();
    }

    void resize(int bytes) throws HpackException {
        if (bytes > SIZE) {
            throw new HpackException("the table may have " + SIZE + " bytes, not " + bytes);
        }
        most = bytes;
        shrink();
    }

    private void shrink() {
        int dropped = 0;
        while (size > most) {
            size -= latest.get(dropped++).size();
        }
        latest.subList(0, dropped).clear();
    }
}
