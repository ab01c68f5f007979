/// Names as the API has them. Whatever comes from outside is checked here before it stands in a path, so that no name can be more than a name.
public enum KubernetesName {
    /// RFC 1123 label: a namespace's name.
    public static func isLabel(_ text: String) -> Bool { (1...63).contains(text.utf8.count) && text.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?/) != nil }

    /// RFC 1123 subdomain: the name of nearly everything else.
    public static func isSubdomain(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && text.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/) != nil
    }

    /// A path segment's name: access rules alone may be called `system:node-reader` or `Admin`.
    public static func isRuleName(_ text: String) -> Bool { (1...253).contains(text.utf8.count) && text.wholeMatch(of: /[A-Za-z0-9]([-A-Za-z0-9:._]*[A-Za-z0-9])?/) != nil }

    /// A label or field selector: only what the syntax of both needs.
    public static func isSelector(_ text: String) -> Bool { (1...512).contains(text.utf8.count) && text.wholeMatch(of: /[-A-Za-z0-9_.\/=!,() ]+/) != nil }

    /// The check for a name of that kind of resource, as a sentence when it fails.
    public static func check(_ name: String, of type: ResourceType) throws(KubernetesError) {
        let fits = type.group == "rbac.authorization.k8s.io" ? isRuleName(name) : type.resource == "namespaces" ? isLabel(name) : isSubdomain(name)
        guard fits else { throw .notConfigured("\"\(name.prefix(80))\" is no name of a resource: RFC 1123 has lower-case letters, digits, '-' and '.', 253 at most") }
    }

    public static func check(namespace: String) throws(KubernetesError) {
        guard isLabel(namespace) else { throw .notConfigured("\"\(namespace.prefix(80))\" is no name of a namespace: RFC 1123 has lower-case letters, digits and '-', 63 at most") }
    }
}
