# Mail on a developer's machine: a local server that delivers nothing and keeps each message in DIR/mail (Maildir).

mail_pid=

# start_mail DIR sets $smtp_url. A server given by COLLECTIF_SMTP_URL is used as it is.
start_mail() {
    smtp_url=${COLLECTIF_SMTP_URL:-}
    [[ -z $smtp_url ]] || return 0
    local python=/usr/bin/python3
    "$python" -c 'import aiosmtpd' 2>/dev/null || python=python3
    "$python" -c 'import aiosmtpd' 2>/dev/null ||
        fail "The Python package aiosmtpd is missing: run « apt-get install python3-aiosmtpd »," \
            "or set COLLECTIF_SMTP_URL to your mail server."
    free_port "${mail_port:-1025}"
    mail_port=$port_found
    # The three folders of a Maildir: aiosmtpd makes them only when the folder itself is new.
    mkdir -p "$1"/mail/{cur,new,tmp}
    start TERM "$python" -m aiosmtpd -n -l "127.0.0.1:$mail_port" -c aiosmtpd.handlers.Mailbox "$1/mail" >>"$1/mail.log" 2>&1
    mail_pid=$started
    smtp_url=smtp://127.0.0.1:$mail_port
}

stop_mail() { stop "$mail_pid" TERM 5; mail_pid=; }
