public import HTML
public import Kernel

/// A tab of a detail page; the open one is in the address.
public struct Tab: Sendable {
    public let label: String
    public let href: String
    public let isCurrent: Bool
    public let count: Int?

    public init(_ label: String, href: String, isCurrent: Bool, count: Int? = nil) {
        self.label = label
        self.href = href
        self.isCurrent = isCurrent
        self.count = count
    }
}

extension HTMLWriter {
    /// Tabs as links.
    public func tabs(_ label: String, _ tabs: [Tab]) {
        nav(.class("tabs"), .aria(.label, label)) {
            for tab in tabs {
                a(.class("tabs__link"), .href(tab.href), .when(tab.isCurrent, .aria(.current, "page"))) {
                    text(tab.label)
                    if let count = tab.count { self.count(count) }
                }
            }
        }
    }

    /// The way back; the first link returns to the list with its filters.
    public func breadcrumb(_ crumbs: [Crumb]) {
        guard !crumbs.isEmpty else { return }
        nav(.class("breadcrumb"), .aria(.label, "Fil d’Ariane")) {
            ol { for crumb in crumbs { li { a(.href(crumb.href), text: crumb.label) } } }
        }
    }

    /// The steps of a long act.
    /// - Parameter current: index of the step shown, from 0.
    public func stepper(_ steps: [String], current: Int) {
        ol(.class("stepper"), .aria(.label, "Étapes")) {
            for (index, step) in steps.enumerated() {
                li(.when(index < current, .class("stepper__done")), .when(index == current, .aria(.current, "step"))) {
                    text(step)
                    if index < current { span(.class("vh"), text: " (fait)") }
                }
            }
        }
    }

    /// Something that unfolds under a word.
    public func disclosure(_ summary: String, isOpen: Bool = false, content: () -> Void) {
        details(.class("details"), .open(isOpen)) {
            self.summary(text: summary)
            content()
        }
    }
}
