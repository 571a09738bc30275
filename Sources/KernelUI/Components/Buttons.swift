public import HTML

/// What a button is for.
public enum ButtonKind: String, Sendable {
    /// The next act, one per page.
    case main
    case plain
    /// A minor act, without border.
    case quiet
    /// A destructive act, apart from the others.
    case stop
}

/// How large a button is.
public enum ButtonSize: Sendable {
    case normal
    case small
    /// As wide as its place.
    case block
}

extension HTMLWriter {
    /// A button that sends its form (or, with `type: .button`, serves a script).
    ///
    /// The label is an infinitive: « Enregistrer ». Other attributes, such as `name`, `value` or `data-shortcut`, follow.
    public func button(
        _ label: String, kind: ButtonKind = .plain, type: InputType = .submit, icon: Icon? = nil, size: ButtonSize = .normal,
        _ attributes: Attribute...
    ) {
        button(attributes: [.class(buttonClass(kind, size)), .type(type)] + attributes) {
            if let icon { self.icon(icon) }
            text(label)
        }
    }

    /// A link drawn as a button: it opens a page and changes nothing.
    public func linkButton(
        _ label: String, href: String, kind: ButtonKind = .plain, icon: Icon? = nil, size: ButtonSize = .normal, _ attributes: Attribute...
    ) {
        a(attributes: [.class(buttonClass(kind, size)), .href(href)] + attributes) {
            if let icon { self.icon(icon) }
            text(label)
        }
    }

    /// A form that is one button: a single act sent by POST.
    /// - Parameter fields: values sent with the act.
    public func postButton(
        _ label: String, action: String, csrf: String, kind: ButtonKind = .plain, icon: Icon? = nil, size: ButtonSize = .normal,
        fields: [(name: String, value: String)] = [], _ attributes: Attribute...
    ) {
        form(.method(.post), .action(action)) {
            input(.type(.hidden), .name("_csrf"), .value(csrf))
            for field in fields { input(.type(.hidden), .name(field.name), .value(field.value)) }
            button(attributes: [.class(buttonClass(kind, size)), .type(.submit)] + attributes) {
                if let icon { self.icon(icon) }
                text(label)
            }
        }
    }

    /// « Autres actions »: rare acts behind a word.
    public func actionMenu(_ label: String = "Autres actions", _ content: () -> Void) {
        details(.class("menu")) {
            summary(.class("button"), text: label)
            div(.class("menu__list"), content: content)
        }
    }

    private func buttonClass(_ kind: ButtonKind, _ size: ButtonSize) -> String {
        let base = "button button--\(kind.rawValue)"
        return switch size {
        case .normal: base
        case .small: base + " button--small"
        case .block: base + " button--block"
        }
    }
}
