public import HTML
public import Kernel

extension HTMLWriter {
    /// What became of a mail, beside its person; nothing where there is nothing to say.
    public func mailChip(_ state: MailState?) {
        if let state, let word = state.word { chip(word, tone: state.hasFailed ? .stop : .soft) }
    }

    /// The mail did not arrive: how the server answered, the address as it stands, and the way to send again.
    /// - Parameters:
    ///   - fields: tell this form from others of the page, unseen.
    ///   - id: makes the label's target the only one of the page.
    public func resendForm(
        action: String, csrf: String, email: String, reply: String? = nil, fields: [(name: String, value: String)] = [], id: String
    ) {
        details(.class("details")) {
            summary(text: "Corriger et renvoyer")
            postForm(action: action, csrf: csrf, guarded: false) {
                for field in fields { hiddenInput(field.name, field.value) }
                if let reply { p(.class("soft"), text: "Réponse du serveur de messagerie\u{A0}: \(reply)") }
                emailField(
                    Field("Adresse de messagerie", name: "email", required: true, id: "adresse-\(id)"), value: email, autocomplete: "off")
                formActions(submit: "Corriger et renvoyer")
            }
        }
    }
}
