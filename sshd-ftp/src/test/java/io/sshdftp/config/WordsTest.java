package io.sshdftp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "Port 22                        | Port | 22",
        "  Port\t22\r                    | Port | 22",
        "Port=22                        | Port | 22",
        "Port = 22                      | Port | 22",
        "Port==22                       | Port | =22",
        "\"Port\" 22                    | Port | 22",
        "Port 22 # the usual            | Port | 22",
        "Banner a#b                     | Banner | a#b",
        "Banner \"a # b\"               | Banner | a # b",
        "Banner 'a \" b'                | Banner | a \" b",
        "Banner \"a \\\" b\"            | Banner | a \" b",
        "Banner a\\ b                   | Banner | a b",
        "Banner \"a\\ b\"               | Banner | a\\ b",
        "Banner a\"b c\"d               | Banner | ab cd",
        "Banner c:\\dir                 | Banner | c:\\dir",
        "AllowUsers a  b\tc             | AllowUsers | a;b;c",
        "Banner \"\"                    | Banner | ``",
    })
    void splits(String line, String keyword, String arguments) throws BadValue {
        Words words = Words.split(line);
        assertEquals(keyword, words.keyword());
        assertEquals(List.of(arguments.split(";", -1)), words.arguments());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "# Port 22", "  # x", "\r", "\t"})
    void blank(String line) throws BadValue {
        assertTrue(Words.split(line).isBlank());
    }

    @Test
    void noArguments() throws BadValue {
        assertEquals(List.of(), Words.split("Port").arguments());
        assertEquals(List.of(), Words.split("Port =").arguments());
        assertEquals(List.of(), Words.split("Port # 22").arguments());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Banner \"a", "Banner 'a b", "\"Banner a", "= 3", "\"\" 3"})
    void refuses(String line) {
        assertThrows(BadValue.class, () -> Words.split(line));
    }

    @Test
    void whatIsQuotedSplitsBack() throws BadValue {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String letters = "ab \t\"'\\#=*%\u00e9\u3000\u0001";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder word = new StringBuilder();
            for (int length = random.nextInt(8); length > 0; length--) {
                word.append(letters.charAt(random.nextInt(letters.length())));
            }
            String line = "k " + Words.quote(word.toString()) + " " + Words.quote("x");
            assertEquals(List.of(word.toString(), "x"), Words.split(line).arguments(), () -> "seed " + seed + ", line " + line);
        }
    }
}
