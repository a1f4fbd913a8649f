package io.sshdftp.ftp;

import java.util.Random;

/** Random commands, and replies that a server could give to them. Latin-1 text stands for bytes. */
final class ConversationParts {
    private static final String[] PLAIN = {"CWD", "PWD", "SITE", "rest", "SIZE", "MDTM", "RNFR", "RNTO", "Type", "NOOP", "OPTS", "HELP", "XYZ1", "SYST"};

    private static final String[] OURS = {
        "PASV", "PASV", "EPSV", "epsv", "EPSV 1", "EPSV 2", "EPSV 9", "LPSV", "PORT 192,0,2,7,156,65", "port 192,0,2,7,156,65", "PORT 1,2,3,4,5,6", "PORT",
        "PORT 192,0,2,7,0,22", "EPRT |1|192.0.2.7|40001|", "EPRT |2|::1|40001|", "EPRT |3|x|1|", "LPRT 4,4,192,0,2,7,2,156,65", "RETR a", "RETR b", "LIST",
        "STOR c", "APPE d", "NLST -la", "MLSD", "STOU", "ABOR", "\u00FF\u00F4\u00FF\u00F2ABOR", "\u00FF\u00F4\u00F2ABOR", "STAT", "FEAT", "MODE B", "MODE S",
        "USER bob", "REIN", "PBSZ 0", "PROT P", "CPSV", " PASV", "\tRETR x", "NO\u0000OP", "RETR a\rb", "\u0080\u00FF", "", "XFER e", "NOOP"
    };

    /** Few, because nothing else comes after them. */
    private static final String[] RARE = {"AUTH TLS", "QUIT", "EPSV ALL", "STOR " + "x".repeat(LineReader.MAX_LINE)};

    private ConversationParts() {}

    static String command(Random random) {
        int kind = random.nextInt(100);
        return kind < 20 ? plainCommand(random) : kind < 97 ? pick(random, OURS) : pick(random, RARE);
    }

    static String plainCommand(Random random) {
        String verb = pick(random, PLAIN);
        return random.nextBoolean() ? verb : verb + " " + anyText(random);
    }

    static String lineEnd(Random random) {
        return random.nextInt(8) == 0 ? "\n" : "\r\n";
    }

    /** Any bytes but those that end a line or that we refuse. */
    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(30); n > 0; n--) {
            char c = (char) random.nextInt(256);
            text.append(c == '\r' || c == '\n' || c == 0 ? '\u00FF' : c);
        }
        return text.toString();
    }

    /** A whole reply that is no more than passed on. */
    static String plainReply(Random random) {
        int[] codes = {200, 202, 211, 212, 213, 214, 215, 220, 230, 250, 257, 331, 350, 450, 500, 502, 530, 550, 553, 631};
        int code = codes[random.nextInt(codes.length)];
        return finalReply(random, code);
    }

    private static String finalReply(Random random, int code) {
        StringBuilder reply = new StringBuilder();
        if (random.nextInt(3) == 0) {
            reply.append(code).append('-').append(anyText(random)).append("\r\n");
            for (int n = random.nextInt(4); n > 0; n--) {
                String[] starts = {" ", "", code + "-", "227 ", "226 ", "421 ", " " + code + " "};
                reply.append(pick(random, starts)).append("x ").append(anyText(random)).append("\r\n");
            }
        }
        return reply.append(code).append(random.nextInt(10) == 0 ? "" : " " + anyText(random)).append("\r\n").toString();
    }

    /** What a server says to the line, in one of the ways that servers have. */
    static String reply(Random random, String line) {
        String verb = line.replaceAll("^[^A-Za-z]*", "").split("[ \t]", 2)[0].toUpperCase(java.util.Locale.ROOT);
        int port = 50000 + random.nextInt(100);
        String six = "10,0,0,5," + (port >> 8) + "," + (port & 255);
        int mood = random.nextInt(10);
        return switch (verb) {
            case "PASV" -> mood == 0 ? finalReply(random, 425) : mood == 1 ? "227-x\r\n227 =" + six + "\r\n" : "227 ok (" + six + ").\r\n";
            case "EPSV" -> mood == 0 ? "425 no\r\n" : mood < 3 ? "500 no\r\n" : "229 ok (|||" + port + "|)\r\n";
            case "EPRT" -> mood < 3 ? "502 no\r\n" : "200 ok\r\n";
            case "PORT" -> mood < 2 ? "500-no\r\n500 no\r\n" : "200 ok\r\n";
            case "RETR", "LIST", "NLST", "MLSD", "STOR", "APPE", "STOU", "XFER" -> switch (mood) {
                case 0, 1 -> finalReply(random, 550);
                case 2 -> "150 ok\r\n" + finalReply(random, 426);
                case 3 -> finalReply(random, 226);
                default -> "150 ok\r\n" + finalReply(random, 226);
            };
            case "ABOR" -> "226 ok\r\n";
            case "FEAT" -> "211-Features\r\n AUTH TLS\r\n SIZE\r\n211 End\r\n";
            case "AUTH" -> mood < 5 ? "234 go\r\n" : "504 no\r\n";
            case "REIN" -> "220 new\r\n";
            case "QUIT" -> "221 bye\r\n";
            case "MODE" -> "200 ok\r\n";
            default -> plainReply(random);
        };
    }

    static String pick(Random random, String[] from) {
        return from[random.nextInt(from.length)];
    }
}
