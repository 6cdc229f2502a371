import {
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  NavLink,
  type NavLinkProps,
} from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import { type AnchorHTMLAttributes, forwardRef } from "react";

type Html = Pick<
  AnchorHTMLAttributes<HTMLAnchorElement>,
  "children" | "onClick" | "aria-label" | "title"
>;

/** Mantine's links and buttons that lead to pages of the console, with typed addresses. */
export const ButtonLink = createLink(
  forwardRef<HTMLAnchorElement, ButtonProps & Html>((props, ref) => (
    <Button ref={ref} component="a" {...props} />
  )),
);

export const TextLink = createLink(
  forwardRef<HTMLAnchorElement, Omit<AnchorProps, "href"> & Html>((props, ref) => (
    <Anchor ref={ref} {...props} />
  )),
);

export const MenuLink = createLink(
  forwardRef<HTMLAnchorElement, Omit<NavLinkProps, "href"> & Html>((props, ref) => (
    <NavLink ref={ref} component="a" {...props} />
  )),
);
