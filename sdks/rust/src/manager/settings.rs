use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::injected::Injected;

/// Where a workload asks for its deployment.
pub(crate) struct ManagerSettings {
    /// `…/v1/deployments/{id}/info`
    pub(crate) info_url: Url,
    /// `Bearer …`, marked as sensitive; none when no header can carry the token. Blanks around it are a file's.
    pub(crate) authorization: Option<HeaderValue>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UrlInvalid;

impl ManagerSettings {
    /// Nothing unless all three variables are set. The URL may have a path, but no credentials, query or fragment.
    pub(crate) fn new(injected: &Injected) -> Result<Option<Self>, UrlInvalid> {
        let variable = |name| injected.variable(name);
        let (Some(manager), Some(id), Some(token)) =
            (variable("ALIEN_MANAGER_URL"), variable("ALIEN_DEPLOYMENT_ID"), variable("ALIEN_DEPLOYMENT_TOKEN"))
        else {
            return Ok(None);
        };
        Ok(Some(Self { info_url: info_url(manager, id).ok_or(UrlInvalid)?, authorization: authorization(token) }))
    }
}

fn info_url(manager: &str, id: &str) -> Option<Url> {
    let is_plain = |url: &Url| {
        ["http", "https"].contains(&url.scheme())
            && url.username().is_empty()
            && url.password().is_none()
            && !manager.contains(|letter: char| "?#".contains(letter) || letter.is_whitespace())
    };
    let mut url = Url::parse(manager.trim_end_matches('/')).ok().filter(is_plain)?;
    url.path_segments_mut().ok()?.pop_if_empty().extend(["v1", "deployments", id, "info"]);
    Some(url)
}

fn authorization(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.trim())).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(manager: &str, id: &str, token: &str) -> ManagerSettings {
        let variables =
            [("ALIEN_MANAGER_URL", manager), ("ALIEN_DEPLOYMENT_ID", id), ("ALIEN_DEPLOYMENT_TOKEN", token)];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        ManagerSettings::new(&Injected::new(variables.into())).unwrap().unwrap()
    }

    #[test]
    fn asks_below_the_path_of_the_manager() {
        for (manager, url) in [
            ("http://127.0.0.1:7400", "http://127.0.0.1:7400/v1/deployments/dep_a/info"),
            ("https://manager.example.com/alien//", "https://manager.example.com/alien/v1/deployments/dep_a/info"),
        ] {
            assert_eq!(settings(manager, "dep_a", "t").info_url.as_str(), url);
        }
    }

    #[test]
    fn writes_an_id_into_the_path_as_one_part_of_it() {
        let asked = settings("http://127.0.0.1:7400", "../x?y", "t").info_url;
        assert_eq!(asked.as_str(), "http://127.0.0.1:7400/v1/deployments/..%2Fx%3Fy/info");
    }

    #[test]
    fn has_no_header_for_a_token_that_none_can_carry_and_never_shows_one() {
        assert!(settings("http://127.0.0.1:7400", "dep_a", "s3\ncret").authorization.is_none());
        let header = settings("http://127.0.0.1:7400", "dep_a", "s3cret").authorization.unwrap();
        assert_eq!(header.to_str().unwrap(), "Bearer s3cret");
        assert!(!format!("{header:?}").contains("s3cret"));
    }
}
