package dev.runnel.server.http.projects;

import dev.runnel.server.base.Project;
import dev.runnel.server.engine.projects.UsageBook;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.openapi.Parameter;
import dev.runnel.server.store.rows.UsageRow;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The route of the projects' use of models. */
final class UsageRoutes {
    private static final Parameter FROM = Parameter.text(
            "from", "The first day, as 2026-12-31, in UTC. By default 29 days before the last one.");
    private static final Parameter TO = Parameter.text("to", "The last day; today by default.");
    private static final int USUAL_DAYS = 30;

    private final UsageBook usage;

    UsageRoutes(UsageBook usage) {
        this.usage = usage;
    }

    void register(Router router) {
        router.route("GET", "/v1/usage", this::get,
                describe("getUsage",
                        "What the project used, or all projects for the operator's key, by model and day, an extension")
                        .gives(UsageReport.class).reads(FROM, TO));
    }

    void get(Exchange exchange) {
        LocalDate to = day(exchange, TO).orElseGet(usage::today);
        LocalDate from = day(exchange, FROM).orElseGet(() -> to.minusDays(USUAL_DAYS - 1L));
        Optional<Project> project = Optional.of(exchange.project()).filter(own -> !own.equals(Project.OPERATOR));
        List<UsageRow> rows = usage.list(project, from, to);
        exchange.send(new UsageReport(from.toString(), to.toString(),
                rows.stream().limit(UsageBook.MAX_ROWS).map(UsageReport.Entry::of).toList(),
                rows.size() > UsageBook.MAX_ROWS));
    }

    private static Optional<LocalDate> day(Exchange exchange, Parameter parameter) {
        return exchange.query(parameter.name()).map(text -> {
            try {
                return LocalDate.parse(text);
            } catch (DateTimeParseException e) {
                throw BadRequestException
                        .of("Invalid '" + parameter.name() + "': expected a day such as 2026-12-31, but"
                                + " got '" + text + "'.", parameter.name(), "invalid_value");
            }
        });
    }
}
