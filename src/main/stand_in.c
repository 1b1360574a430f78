/* Waiting in the place of the responder. */
#include "main/stand_in.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "main/stop.h"

/* As the child has ended, if it has. */
static void
end_with(pid_t child)
{
	int status;
	if (waitpid(child, &status, WNOHANG) != child)
		return;
	if (!WIFSIGNALED(status))
		_exit(WEXITSTATUS(status));
	log_line(LOG_ERROR, "the responder was ended by signal %d",
	    WTERMSIG(status));
	_exit(1);
}

bool
stand_in_begin(void)
{
	sigset_t signals;
	stop_signals(&signals);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	pid_t parent = getpid(), child = fork();
	if (child == 0) {
		stop_drain();
		stop_follow(parent, false, &signals);
	}
	if (child <= 0)
		return child == 0;

	/* Its end tells the child. */
	for (int signal = SIGCHLD; signal == SIGCHLD || signal < 0;) {
		signal = sigwaitinfo(&signals, NULL);
		if (signal == SIGCHLD)
			end_with(child);
	}
	_exit(0);
}
