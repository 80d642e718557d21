package dev.runnel.server.config;

import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Project;
import dev.runnel.server.options.OptionValues;
import dev.runnel.server.projects.ProjectLimits;
import dev.runnel.server.projects.ProjectPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the projects of the file. */
final class ProjectReader {
    private final Path folder;
    private final Map<String, String> environment;

    ProjectReader(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** @param given the keys that the file has elsewhere */
    List<ProjectPlan> read(Yaml projects, ApiKeys given) {
        List<ProjectPlan> plans = new ArrayList<>();
        projects.members("projects").forEach((name, member) -> {
            ProjectPlan plan = project(name, member);
            for (ProjectPlan other : plans) {
                if (other.keys().shares(plan.keys())) {
                    throw member.name().mistake("the project " + name + " has a key that the project "
                            + other.project().name() + " has too; give each keys of its own");
                }
            }
            if (given.shares(plan.keys())) {
                throw member.name()
                        .mistake("the project " + name + " has a key that stands under api-key too; remove one");
            }
            plans.add(plan);
        });
        return List.copyOf(plans);
    }

    private ProjectPlan project(String name, Yaml.Member member) {
        if (!ApiKeys.PROJECT.matcher(name).matches()) {
            throw member.name().mistake("'" + name + "' is not a project's name; write up to " + ApiKeys.MAX_PROJECT
                    + " lower-case letters, digits, '-' and '_'");
        }
        String what = "the project " + name;
        Map<String, Yaml.Member> members = member.value().members(what);
        for (String wrong : List.of("key", "keys")) {
            Yaml.Member key = members.get(wrong);
            if (key != null) {
                throw key.name()
                        .mistake("a key does not stand in the file itself; write key-env: VARIABLE or key-file: FILE");
            }
        }
        OptionValues values = new FileTexts(what, members, ProjectMembers.OPTIONS, Set.of())
                .values(ProjectMembers.OPTIONS);
        checkModels(members);
        return new ProjectPlan(new Project(name), keys(name, member, members), new ProjectLimits(
                values.find(ProjectMembers.MODELS), values.find(ProjectMembers.REQUESTS_PER_MINUTE),
                values.find(ProjectMembers.TOKENS_PER_MINUTE), values.find(ProjectMembers.TOKENS_PER_DAY),
                values.find(ProjectMembers.CONCURRENT_RUNS), values.find(ProjectMembers.STORAGE)));
    }

    private static List<Yaml> elements(Map<String, Yaml.Member> members, String name) {
        Yaml.Member member = members.get(name);
        return member == null || member.value().isNothing() ? List.of() : member.value().elements(name);
    }

    private static void checkModels(Map<String, Yaml.Member> members) {
        for (Yaml element : elements(members, ProjectMembers.MODELS.name())) {
            String model = element.text("a model");
            if (model.isBlank() || model.indexOf('*') != model.lastIndexOf('*')) {
                throw element.mistake("'" + model + "' is not a model's name; at most one '*' may stand in it");
            }
        }
    }

    private ApiKeys keys(String name, Yaml.Member project, Map<String, Yaml.Member> members) {
        List<String> sources = new ArrayList<>();
        for (Yaml element : elements(members, ProjectMembers.KEY_ENV.name())) {
            String variable = element.text("a variable");
            String keys = environment.get(variable);
            if (keys == null || keys.isBlank()) {
                throw element
                        .mistake("the environment has no variable " + variable + "; set it to a key of the project "
                                + name);
            }
            sources.add(checked(name, element, keys));
        }
        for (Yaml element : elements(members, ProjectMembers.KEY_FILE.name())) {
            sources.add(checked(name, element, "@" + folder.resolve(element.text("a file"))));
        }
        return sources.isEmpty() ? ApiKeys.NONE : read(name, project.name(), sources);
    }

    /** The same source; each is read by itself first, so that a mistake is told where it is. */
    private static String checked(String name, Yaml at, String source) {
        ApiKeys _ = read(name, at, List.of(source));
        return source;
    }

    private static ApiKeys read(String name, Yaml at, List<String> sources) {
        try {
            return ApiKeys.ofProject(new Project(name), sources);
        } catch (IllegalArgumentException e) {
            throw at.mistake("the project " + name + ": " + e.getMessage());
        }
    }
}
