public import HTML
public import Kernel

extension HTMLWriter {
    /// A state or remark: an icon and a word. The icon follows the word (« Brouillon », « En retard », …), else the tone.
    public func chip(_ word: String, tone: Tone = .soft, icon: Icon? = nil) {
        span(.class("chip chip--" + tone.suffix)) {
            if let icon = icon ?? Icon.forWord(word) ?? Icon.forTone(tone) { self.icon(icon) }
            text(word)
        }
    }

    /// The chip of a record's state.
    public func chip(_ state: Workflow.State) {
        chip(state.label, tone: state.tone)
    }

    /// A fact on the title line: « Présents 12 sur 15 ».
    public func fact(_ label: String? = nil, _ value: String) {
        span(.class("fact")) {
            if let label {
                span(.class("fact__label"), text: label)
                text(" ")
            }
            strong(text: value)
        }
    }

    /// A count beside a name. The label says what is counted to those who do not see the place.
    public func count(_ number: Int, label: String? = nil, warns: Bool = false) {
        span(.class(warns ? "count count--warn" : "count")) {
            text(French.number(number))
            if let label { span(.class("vh"), text: " " + label) }
        }
    }

    /// An amount, with a true minus for the eye and the word « moins » for screen readers.
    /// - Parameter cents: integer cents.
    public func amount(cents: Int) {
        if cents < 0 {
            span(.aria(.hidden, true), .class("nowrap"), text: French.money(cents: cents))
            span(.class("vh"), text: French.spokenMoney(cents: cents))
        } else {
            span(.class("nowrap"), text: French.money(cents: cents))
        }
    }

    /// An amount with « Comment ? », which unfolds how it was computed.
    public func amount(cents: Int, explanation: () -> Void) {
        amount(cents: cents)
        details(.class("details")) {
            summary {
                text("Comment")
                text("\u{202F}?")
                span(.class("vh"), text: " est calculé ce montant")
            }
            explanation()
        }
    }

    /// A key of the keyboard.
    public func key(_ name: String) {
        kbd(.class("kbd"), text: name)
    }
}
