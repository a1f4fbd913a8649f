package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * sshd-ftp_config(5) lists every directive as the table has it. After a change of the table: {@code mvn test -Dtest=ManPageTest -Dman.update=true}.
 */
class ManPageTest {
    private static final String BEGIN = ".\\\" directives:begin\n";
    private static final String END = ".\\\" directives:end\n";
    private static final Path PAGE = Path.of("../dist/src/man/sshd-ftp_config.5");

    @Test
    void thePageListsTheTable() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        String expected = list();
        if (Boolean.getBoolean("man.update")) {
            Files.writeString(PAGE, page.substring(0, from) + expected + page.substring(to));
        } else {
            assertEquals(expected, page.substring(from, to));
        }
    }

    private static String list() {
        StringBuilder text = new StringBuilder(".Bl -tag -width Ds\n");
        for (Directive<?> row : Directives.all()) {
            text.append(".It Cm ").append(row.keyword()).append(mark(row.scope())).append("\n");
            text.append(escaped(row.help())).append(".\n");
            text.append("The default is\n.Dq ").append(escaped(String.join(" ", Directives.defaultText(row)))).append(" .\n");
        }
        return text.append(".El\n").toString();
    }

    private static String mark(Scope scope) {
        return switch (scope) {
            case GLOBAL -> "";
            case MATCH -> " *";
            case CHANNEL -> " **";
        };
    }

    /** A backslash, and a line that begins as a macro, mean something to mdoc. */
    private static String escaped(String text) {
        String safe = text.replace("\\", "\\e");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }
}
