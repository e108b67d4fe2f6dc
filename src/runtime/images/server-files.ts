/** Files of the server images: pages, configurations, entrypoints. */
import type { TreeSource } from '../files/tree'
import { bin } from './rootfs'

const PAGE_BODY = '<h1>Welcome to nginx!</h1>\n<p>If you see this page, the nginx web server is successfully installed and\nworking. Further configuration is required.</p>\n\n<p>For online documentation and support please refer to\n<a href="http://nginx.org/">nginx.org</a>.<br/>\nCommercial support is available at\n<a href="http://nginx.com/">nginx.com</a>.</p>\n\n<p><em>Thank you for using nginx.</em></p>\n</body>\n</html>\n'
const NEW_STYLE = '<style>\nhtml { color-scheme: light dark; }\nbody { width: 35em; margin: 0 auto;\nfont-family: Tahoma, Verdana, Arial, sans-serif; }\n</style>\n'
const OLD_STYLE = '<style>\n    body {\n        width: 35em;\n        margin: 0 auto;\n        font-family: Tahoma, Verdana, Arial, sans-serif;\n    }\n</style>\n'
const ERROR_PAGE = '<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n<p>Sorry, the page you are looking for is currently unavailable.<br/>\nPlease try again later.</p>\n</body>\n</html>\n'

/** Since 1.21.5 the page follows the reader's colours. */
const isOld = (tag: string): boolean => /^1\.(\d|1\d|20)(\.|$|-)/.test(tag)

export const NGINX_CONF = '\nuser  nginx;\nworker_processes  auto;\n\nerror_log  /var/log/nginx/error.log notice;\npid        /var/run/nginx.pid;\n\n\nevents {\n    worker_connections  1024;\n}\n\n\nhttp {\n    include       /etc/nginx/mime.types;\n    default_type  application/octet-stream;\n\n    log_format  main  \'$remote_addr - $remote_user [$time_local] "$request" \'\n                      \'$status $body_bytes_sent "$http_referer" \'\n                      \'"$http_user_agent" "$http_x_forwarded_for"\';\n\n    access_log  /var/log/nginx/access.log  main;\n\n    sendfile        on;\n    #tcp_nopush     on;\n\n    keepalive_timeout  65;\n\n    #gzip  on;\n\n    include /etc/nginx/conf.d/*.conf;\n}\n'
const DEFAULT_CONF = 'server {\n    listen       80;\n    listen  [::]:80;\n    server_name  localhost;\n\n    #access_log  /var/log/nginx/host.access.log  main;\n\n    location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n\n    #error_page  404              /404.html;\n\n    # redirect server error pages to the static page /50x.html\n    #\n    error_page   500 502 503 504  /50x.html;\n    location = /50x.html {\n        root   /usr/share/nginx/html;\n    }\n}\n'

export function nginxFiles(tag: string, packaged: boolean): TreeSource {
  return {
    '/usr/sbin/nginx': bin(`nginx:${packaged ? '1.22.1' : nginxVersion(tag)}${packaged ? '' : ':built'}`),
    ...(packaged ? {} : { '/docker-entrypoint.sh': bin('nginx-entrypoint'), '/docker-entrypoint.d/10-listen-on-ipv6-by-default.sh': { mode: 0o755 }, '/docker-entrypoint.d/15-local-resolvers.envsh': { mode: 0o755 }, '/docker-entrypoint.d/20-envsubst-on-templates.sh': { mode: 0o755 }, '/docker-entrypoint.d/30-tune-worker-processes.sh': { mode: 0o755 } }),
    '/usr/bin/curl': bin('gnu:curl'),
    '/usr/share/nginx/html/index.html': `<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n${isOld(tag) && !packaged ? OLD_STYLE : NEW_STYLE}</head>\n<body>\n${PAGE_BODY}`,
    '/usr/share/nginx/html/50x.html': ERROR_PAGE,
    '/etc/nginx/nginx.conf': NGINX_CONF, '/etc/nginx/conf.d/default.conf': DEFAULT_CONF, '/etc/nginx/mime.types': '\ntypes {\n    text/html                                        html htm shtml;\n    text/css                                         css;\n    application/javascript                           js;\n    application/json                                 json;\n    text/plain                                       txt;\n    image/png                                        png;\n}\n',
    '/var/log/nginx/access.log': '->/dev/stdout', '/var/log/nginx/error.log': '->/dev/stderr', '/var/cache/nginx/': '', '/etc/nginx/templates/': '',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\nnginx:x:101:101:nginx user:/nonexistent:/bin/false\n',
  }
}

const VERSIONS: Readonly<Record<string, string>> = { latest: '1.29.3', mainline: '1.29.3', stable: '1.28.0', alpine: '1.29.3', 'stable-alpine': '1.28.0', '1': '1.29.3', '1.14': '1.14.2', '1.16': '1.16.1', '1.19': '1.19.10', '1.20': '1.20.2', '1.21': '1.21.6', '1.22': '1.22.1', '1.23': '1.23.4', '1.24': '1.24.0', '1.25': '1.25.5', '1.25-alpine': '1.25.5', '1.26': '1.26.3', '1.27': '1.27.5', '1.27-alpine': '1.27.5', '1.28': '1.28.0', '1.29': '1.29.3' }
export const nginxVersion = (tag: string): string => VERSIONS[tag] ?? tag.replace(/-.*/, '')

export function apacheFiles(_tag: string, packaged: boolean): TreeSource {
  return {
    '/usr/local/bin/httpd-foreground': bin('apache'), '/usr/local/apache2/bin/httpd': bin('apache'), '/usr/local/apache2/bin/apachectl': bin('apache'),
    ...(packaged ? { '/usr/bin/curl': bin('gnu:curl') } : {}),
    '/usr/local/apache2/htdocs/index.html': '<html><body><h1>It works!</h1></body></html>\n', '/usr/local/apache2/logs/': '', '/usr/local/apache2/cgi-bin/': '',
    '/usr/local/apache2/conf/httpd.conf': 'ServerRoot "/usr/local/apache2"\nListen 80\nUser www-data\nGroup www-data\nServerAdmin you@example.com\nDocumentRoot "/usr/local/apache2/htdocs"\nDirectoryIndex index.html\nErrorLog /proc/self/fd/2\nLogLevel warn\nCustomLog /proc/self/fd/1 common\n',
  }
}

export function redisFiles(): TreeSource {
  return { '/usr/local/bin/redis-server': bin('redis-server'), '/usr/local/bin/redis-cli': bin('redis-cli'), '/usr/local/bin/docker-entrypoint.sh': bin('entrypoint'), '/data/': '' }
}
