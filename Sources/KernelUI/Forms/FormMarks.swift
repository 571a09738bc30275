internal import HTML

/// Fields that travel unseen with every form of the house; none of them is an answer of the person.
public enum FormMark {
    /// Digest of what the inputs showed when the form was drawn: what somebody else changed since is noticed when it is sent.
    public static let seen = "_seen"
    /// Names of the inputs whose values are kept nowhere.
    public static let secret = "_secret"
    /// Key of the draft that the page's script keeps: it goes when the form was accepted.
    public static let draft = "_draft"
    /// Address of the page that held the form, where the form was given back at another one.
    public static let page = "_page"
    /// A sealed form that waits for a sign-in.
    public static let kept = "_kept"

    /// Nil for a form without anything to fill in, and for one that carries the revision of its record.
    public static func seen(_ controls: [MarkupControl]) -> String? {
        guard controls.contains(where: \.isFilledIn), !controls.contains(where: { $0.kind == "hidden" && $0.name == "revision" }) else {
            return nil
        }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func take(_ text: String) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        for control in controls where control.isFilledIn && !control.isSecret {
            if control.isBox, !control.isOn { continue }
            take(control.name)
            for value in control.values { take(value) }
        }
        return String(hash, radix: 36)
    }

    /// Names of the inputs that are kept nowhere, parted by spaces; nil when there is none.
    static func secrets(_ controls: [MarkupControl]) -> String? {
        let names = controls.filter { $0.isSecret && !$0.name.isEmpty }.map(\.name)
        return names.isEmpty ? nil : names.joined(separator: " ")
    }
}

extension HTMLWriter {
    /// The marks of a form whose content began at a byte of this writer.
    func formMarks(from start: Int, action: String, changes: Bool) {
        let controls = withBytes { Markup.controls($0, from: start) }
        if changes, let seen = FormMark.seen(controls) {
            // A form that is drawn again after a refusal still answers what was seen the first time.
            let first = posted.flatMap { $0.path == action ? $0.seen : nil }
            hiddenInput(FormMark.seen, first ?? seen)
        }
        if let secrets = FormMark.secrets(controls) { hiddenInput(FormMark.secret, secrets) }
    }
}
