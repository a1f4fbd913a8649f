package io.sshdftp.ftpserver;

import org.apache.ftpserver.ftplet.Authentication;
import org.apache.ftpserver.ftplet.AuthenticationFailedException;
import org.apache.ftpserver.ftplet.User;
import org.apache.ftpserver.ftplet.UserManager;

/** FtpServer's view of users: there are none, so none is an administrator or anonymous. Who may log in, the daemon says. */
final class NoUsers implements UserManager {
    @Override
    public User getUserByName(String name) {
        return null;
    }

    @Override
    public String[] getAllUserNames() {
        return new String[0];
    }

    @Override
    public void delete(String name) {
        throw new UnsupportedOperationException("users are the daemon's");
    }

    @Override
    public void save(User user) {
        throw new UnsupportedOperationException("users are the daemon's");
    }

    @Override
    public boolean doesExist(String name) {
        return false;
    }

    @Override
    public User authenticate(Authentication authentication) throws AuthenticationFailedException {
        throw new AuthenticationFailedException("users are the daemon's");
    }

    @Override
    public String getAdminName() {
        return "";
    }

    @Override
    public boolean isAdmin(String name) {
        return false;
    }
}
