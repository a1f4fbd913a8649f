package io.sshdftp.session;

import java.util.List;

/**
 * What the console of one SSH connection can show. Called on the connection's I/O worker: answers at once from memory, and never null.
 */
public interface ConsoleView {
    /** The help, for this gateway and this user. */
    Recipes recipes();

    /** One line for each forward of this SSH connection; characters that could steer a terminal are taken out by the console. */
    List<String> forwards();

    /** One line for each FTP transfer of this SSH connection that is under way; likewise. */
    List<String> transfers();
}
