public import HTML
public import Kernel

/// Addresses of the style, the script and the icon, each with its digest.
public struct AssetPaths: Sendable {
    public let style: String
    /// Second sheet: the screens that are more than a list or a form.
    public let screens: String
    public let print: String
    public let script: String
    /// Drafts, counters and the end of the session.
    public let forms: String
    /// Small script that runs before the first paint: the colour scheme chosen earlier.
    public let scheme: String
    public let icon: String

    public init(style: String, screens: String, print: String, script: String, forms: String, scheme: String, icon: String) {
        self.style = style
        self.screens = screens
        self.print = print
        self.script = script
        self.forms = forms
        self.scheme = scheme
        self.icon = icon
    }
}

/// One entry of the navigation.
public struct FrameLink: Sendable {
    public let label: String
    public let href: String
    public let isCurrent: Bool
    /// Second key of the shortcut `g` + key.
    public let shortcut: Character?

    public init(_ label: String, href: String, isCurrent: Bool, shortcut: Character? = nil) {
        self.label = label
        self.href = href
        self.isCurrent = isCurrent
        self.shortcut = shortcut
    }
}

/// A module in the rail with its entries.
public struct FrameGroup: Sendable {
    public let label: String
    public let links: [FrameLink]

    public init(_ label: String, _ links: [FrameLink]) {
        self.label = label
        self.links = links
    }
}

/// The frame of every signed-in page: rail, top bar on phones, content, bottom bar.
public struct Frame {
    /// « Réunions – MSP des Tilleuls » (conventions 12).
    public let documentTitle: String
    public let title: String
    public let assets: AssetPaths
    public let organisations: [OrganisationChoice]
    /// Address part of the organisation shown, nil above all of them.
    public let currentSlug: String?
    /// The page shown, below the organisation's own address and without an object's id: what another structure shows too. Nil without one.
    public let keptPage: String?
    public let groups: [FrameGroup]
    public let bottom: [FrameLink]
    public let personName: String
    /// Day and hour of the page in the structure's zone, for its print; nil above the structures.
    public let printedAt: String?
    public let csrf: String
    /// Words of the band for a role that is not the usual one.
    public let band: String?
    public let message: Message?
    /// Address of the global search; nil hides it.
    public let searchHref: String?
    public let crumbs: [Crumb]
    public let head: Fragment?
    public let actions: Fragment?
    public let side: Fragment?
    /// Mark of who reads, for drafts kept in the browser.
    public let reader: String
    /// The page gives a refused form back: what was typed is in it.
    public let isRefused: Bool
    public let body: Fragment

    public init(
        documentTitle: String, title: String, assets: AssetPaths, organisations: [OrganisationChoice], currentSlug: String?,
        keptPage: String? = nil, groups: [FrameGroup], bottom: [FrameLink], personName: String, printedAt: String?, csrf: String,
        band: String?, message: Message?, searchHref: String?,
        crumbs: [Crumb], head: Fragment?, actions: Fragment?, side: Fragment?, reader: String, isRefused: Bool,
        body: @escaping Fragment
    ) {
        self.documentTitle = documentTitle
        self.title = title
        self.assets = assets
        self.organisations = organisations
        self.currentSlug = currentSlug
        self.keptPage = keptPage
        self.groups = groups
        self.bottom = bottom
        self.personName = personName
        self.printedAt = printedAt
        self.csrf = csrf
        self.band = band
        self.message = message
        self.searchHref = searchHref
        self.crumbs = crumbs
        self.head = head
        self.actions = actions
        self.side = side
        self.reader = reader
        self.isRefused = isRefused
        self.body = body
    }
}
