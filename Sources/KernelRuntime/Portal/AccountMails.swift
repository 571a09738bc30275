internal import HTML
internal import Kernel

/// Mails about accounts. Subjects tell nothing of the person; the link is the whole content (API-19).
enum AccountMails {
    static func reset(link: String, to recipient: String) -> OutgoingMail {
        make(
            key: key("reset", link), to: recipient, subject: "Votre mot de passe Collectif",
            lines: [
                "Bonjour,", "Vous avez demandé à choisir un nouveau mot de passe. Ce lien est valable une heure et ne sert qu’une fois.",
            ], link: link, button: "Choisir un mot de passe",
            foot: "Si vous n’êtes pas à l’origine de cette demande, ignorez ce message\u{A0}: rien ne change.")
    }

    /// - Parameter days: how long the link lasts.
    static func invitation(link: String, to recipient: String, organisation: String, inviter: String, days: Int) -> OutgoingMail {
        make(
            key: key("invitation", link), to: recipient, subject: "Invitation à rejoindre \(organisation)",
            lines: [
                "Bonjour,", "\(inviter) vous invite à rejoindre \(organisation) sur Collectif, l’outil de coordination de l’équipe.",
                "Ce lien est personnel, valable \(days) jours, et ne sert qu’une fois.",
            ], link: link, button: "Rejoindre l’équipe",
            foot: "Vous recevez ce message parce que votre adresse a été indiquée par cette structure. Sans suite de votre part, rien ne se passe.")
    }

    private static func key(_ kind: String, _ link: String) -> String { "\(kind):\(Digest.hex(Digest.sha256(Array(link.utf8))).prefix(32))" }

    private static func make(
        key: String, to recipient: String, subject: String, lines: [String], link: String, button: String, foot: String
    ) -> OutgoingMail {
        let h = HTMLWriter(capacity: 2_048)
        h.doctype()
        h.html(.lang("fr")) {
            h.head {
                h.meta(.charset("utf-8"))
                h.title(text: subject)
            }
            h.body {
                for line in lines { h.p(text: line) }
                h.p { h.a(.href(link), text: button) }
                h.p { h.small(text: foot) }
            }
        }
        return OutgoingMail(
            key: key, recipient: recipient, subject: String(subject.prefix(200)),
            text: (lines + [link, foot]).joined(separator: "\n\n") + "\n", html: h.string)
    }
}
