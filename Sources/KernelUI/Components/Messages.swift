public import HTML
public import Kernel

extension HTMLWriter {
    /// What happened, in one sentence. A refusal interrupts assistive tools, the others wait.
    public func message(_ text: String, tone: Tone = .note) {
        message(tone: tone) { self.text(French.typeset(text)) }
    }

    /// A message with links or several sentences.
    public func message(tone: Tone, _ content: () -> Void) {
        div(.class("message message--" + tone.suffix), .role(tone == .stop ? "alert" : "status")) {
            if let icon = Icon.forTone(tone) { self.icon(icon) }
            div(.class("message__text"), content: content)
        }
    }

    /// The list of what is to be repaired, on top of a refused form; each line leads to its field. Nothing without errors.
    /// A fault without a field is told without a link.
    /// - Parameter ids: identifiers of the inputs that are not `champ-` and the name.
    public func errorSummary(_ faults: [FieldFault], ids: [String: String] = [:]) {
        guard !faults.isEmpty else { return }
        div(
            .class("error-summary"), .role("alert"), .tabindex(-1), .data("error-summary"), .id("erreurs"),
            .aria(.labelledby, "erreurs-titre")
        ) {
            h2(
                .id("erreurs-titre"),
                text: faults.count < 2 ? "Une information est à corriger" : "\(faults.count)\u{A0}informations sont à corriger")
            ul {
                for fault in faults {
                    li {
                        if fault.field.isEmpty {
                            text(French.typeset(fault.message))
                        } else {
                            a(.href("#" + (ids[fault.field] ?? "champ-" + fault.field)), text: French.typeset(fault.message))
                        }
                    }
                }
            }
        }
    }

    /// An empty list: one sentence on what it is for and the acts that fill it.
    public func empty(_ sentence: String, icon: Icon = .document, actions: () -> Void = {}) {
        div(.class("empty")) {
            self.icon(icon)
            p(text: sentence)
            div(.class("empty__actions"), content: actions)
        }
    }

    /// « Aucun résultat pour ces filtres », with the way out.
    public func noResult(clearHref: String) {
        empty("Aucun résultat pour ces filtres.", icon: .search) {
            linkButton("Tout effacer", href: clearHref)
        }
    }

    /// « Aucun élément visible avec vos droits »; never a count of hidden things.
    public func noRight(askWhom: String) {
        empty("Aucun élément visible avec vos droits. \(askWhom)", icon: .closed)
    }
}
