public import HTML
public import Kernel

/// Mails: typed HTML with its look written on each element, because mail programs read no style sheet. Readable without images (there
/// are none), in one column, with buttons of 48 px that a thumb hits. The text part is written beside it by whoever writes the mail.
public enum MailLayout {
    /// A whole mail.
    /// - Parameters:
    ///   - title: of the document, as the subject.
    ///   - foot: why one receives it, and how to change that.
    public static func page(title: String, foot: [String], _ body: (HTMLWriter) -> Void) -> String {
        let h = HTMLWriter(capacity: 8_192)
        h.doctype()
        h.html(.lang("fr")) {
            h.head {
                h.meta(.charset("utf-8"))
                h.meta(.name("viewport"), .content("width=device-width, initial-scale=1"))
                h.title(text: title)
            }
            h.body(.inMail("margin:0;padding:0;background:#FAF8F4;color:#1E2A2D")) {
                h.div(
                    .inMail(
                        "max-width:560px;margin:0 auto;padding:24px 16px;background:#FFFFFF;font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:24px"
                    )
                ) {
                    body(h)
                    h.div(
                        .inMail(
                            "margin-top:32px;padding-top:16px;border-top:1px solid #E2DCD2;color:#56666A;font-size:13px;line-height:20px")
                    ) {
                        for line in foot { h.p(.inMail("margin:0 0 8px"), text: line) }
                    }
                }
            }
        }
        return h.string
    }

    /// A short mail with one button, to a page behind the sign-in or by a personal link.
    /// - Parameters:
    ///   - foot: why one receives it, and how to change that.
    public static func notice(
        key: String, to email: String, name: String, subject: String, sentence: String, link: String, button: String, foot: [String]
    ) -> OutgoingMail {
        let html = page(title: subject, foot: foot) { h in
            h.mailText("Bonjour \(name),")
            h.mailText(sentence)
            h.mailButton(button, href: link)
        }
        return OutgoingMail(
            key: key, recipient: email, subject: subject,
            text: (["Bonjour \(name),", "", sentence, "", link, ""] + foot).joined(separator: "\n") + "\n", html: html)
    }
}

extension HTMLWriter {
    /// A sentence.
    public func mailText(_ text: String) { p(.inMail("margin:0 0 16px"), text: text) }

    /// When, and where: what one looks for first, in two lines.
    public func mailFacts(_ first: String, _ second: String) {
        div(.inMail("margin:0 0 16px;padding:12px 16px;background:#FAF8F4;border-left:4px solid #0F6660")) {
            p(.inMail("margin:0;font-size:18px;line-height:26px;font-weight:bold"), text: first)
            if !second.isEmpty { p(.inMail("margin:0;color:#56666A"), text: second) }
        }
    }

    /// A line in bold above a list or buttons.
    public func mailHeading(_ text: String) { p(.inMail("margin:24px 0 8px;font-weight:bold"), text: text) }

    /// Points in order.
    public func mailPoints(_ points: [String]) {
        ol(.inMail("margin:0 0 16px;padding-left:24px")) { for point in points { li(.inMail("margin:0 0 4px"), text: point) } }
    }

    /// A button over the whole width.
    public func mailButton(_ label: String, href: String, isMain: Bool = true) {
        a(
            .href(href),
            isMain
                ? .inMail(
                    "display:block;margin:0 0 12px;border:1px solid #0F6660;border-radius:6px;background:#0F6660;color:#FFFFFF;line-height:46px;text-align:center;text-decoration:none;font-weight:bold"
                )
                : .inMail(
                    "display:block;margin:0 0 12px;border:1px solid #8A8577;border-radius:6px;background:#FFFFFF;color:#1E2A2D;line-height:46px;text-align:center;text-decoration:none;font-weight:bold"
                ), text: label)
    }

    /// Buttons side by side, each as wide as the others.
    public func mailButtons(_ buttons: [(label: String, href: String)]) {
        table(.inMail("width:100%;margin:0 0 16px;border-collapse:separate;border-spacing:0;table-layout:fixed"), .role("presentation")) {
            tr {
                for (index, button) in buttons.enumerated() {
                    td(.inMail("padding:0 4px 0 0")) { mailButton(button.label, href: button.href, isMain: index == 0) }
                }
            }
        }
    }
}
