// Web servers other than a stack's own before its responders, for sizing.mjs:
// as small as their samples allow, with one setting for each that its memory
// hangs on.
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";

import { freePort } from "../e2e/lib/stack.mjs";
import { until } from "../e2e/lib/until.mjs";

const nginx = (dir, port, socket) => `
daemon off;
user root;
worker_processes auto;
pid ${dir}/pid;
error_log ${dir}/log;
events { worker_connections 4096; }
http {
	access_log off;
	client_max_body_size 128m;
	client_body_temp_path ${dir}/body;
	fastcgi_temp_path ${dir}/fastcgi;
	server {
		listen 127.0.0.1:${port};
		location / {
			include /etc/nginx/fastcgi_params;
			fastcgi_pass unix:${socket};
			fastcgi_buffering off;
			fastcgi_read_timeout 600s;
		}
	}
}
`;

const modules = ["mpm_event", "authz_core", "proxy", "proxy_fcgi"];
const apache = (dir, port, socket) => `
ServerRoot ${dir}
User postgres
Group postgres
ServerName localhost
PidFile ${dir}/pid
ErrorLog ${dir}/log
Listen 127.0.0.1:${port}
${modules.map((name) =>
    `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
    .join("\n")}
ServerLimit 64
ThreadsPerChild 25
MaxRequestWorkers 1600
<Location "/">
	CGIPassAuth On
	Require all granted
	SetHandler "proxy:unix:${socket}|fcgi://localhost/"
</Location>
<Proxy "fcgi://localhost/" flushpackets=on disablereuse=on timeout=600>
</Proxy>
`;

const servers = {
	nginx: { text: nginx, file: "nginx", args: (conf) => ["-c", conf] },
	apache: { text: apache, file: "apache2",
		args: (conf) => ["-f", conf, "-DFOREGROUND"] },
};

/** Start the server `name` before kw's responders: {port, pid, stop()}. */
export async function startFront(name, kw) {
	const { text, file, args } = servers[name];
	const dir = path.join(kw.dir, name);
	const conf = path.join(dir, "conf");
	const port = await freePort();
	await mkdir(dir);
	await writeFile(conf, text(dir, port, `${kw.state}/run/fcgi.sock`));
	const child = spawn(file, args(conf),
	    { stdio: ["ignore", "ignore", "inherit"] });
	await until(() => new Promise((resolve) => {
		const socket = net.connect(port, "127.0.0.1");
		socket.on("connect", () => resolve(true));
		socket.on("error", () => resolve(false));
		socket.on("connect", () => socket.destroy());
	}), { what: name });
	return { port, pid: child.pid, stop: () => {
		const ended = new Promise((resolve) => child.on("close", resolve));
		child.kill("SIGTERM");
		return ended;
	} };
}
